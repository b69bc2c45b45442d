// The list of classes: names, colours, how many objects each has, and which is given to what is kept next.
import * as classes from './classes.js';
import * as edit from './edit.js';
import * as store from './store.js';
import { byId, make, show } from './dom.js';
import { number, onLanguage, t } from './i18n.js';
import { icon } from './icons.js';
import { fail } from './notices.js';
import { rgb } from './palette.js';

const hex = color => typeof color === 'string' ? color : `#${rgb(color).map(value => value.toString(16).padStart(2, '0')).join('')}`;

function row(one, index, state, counts) {
  const name = make('input', { class: 'class-name', value: one.name, 'aria-label': t('class.name.of', { name: one.name }), on: {
    change: event => {
      if (classes.rename(one.id, event.target.value.trim())) return;
      fail(t('class.taken'));
      event.target.value = one.name;
    },
  } });
  const use = make('button', { type: 'button', class: 'use', 'aria-pressed': String(state.currentClass === one.id), data: { class: one.id },
    'aria-label': index < 9 ? `${index + 1}: ${t('class.use', { name: one.name })}` : `· ${t('class.use', { name: one.name })}`, title: `${t('class.use', { name: one.name })}${index < 9 ? ` (Alt ${index + 1})` : ''}`,
    on: { click: () => edit.label(state.currentClass === one.id && edit.selected().length === 0 ? null : one.id) },
  }, index < 9 ? String(index + 1) : '·');
  return make('li', { class: 'class', data: { class: one.id } }, use,
    make('input', { type: 'color', value: hex(one.color), 'aria-label': t('class.color', { name: one.name }), on: { change: event => classes.recolor(one.id, event.target.value) } }),
    name, make('span', { class: 'figures', title: t('class.count') }, number(counts.get(one.id) ?? 0)),
    make('button', { type: 'button', class: 'icon small', 'aria-label': t('class.remove', { name: one.name }), title: t('class.remove', { name: one.name }), on: { click: () => classes.remove(one.id) } }, icon('close')));
}

let drawn = null;

function draw(state) {
  show(byId('classes'), state.project !== null);
  if (!state.project || state.panel !== 'objects') return;
  const counts = classes.counts();
  const look = JSON.stringify([state.classes, state.currentClass, [...counts]]);
  if (look === drawn) return;
  drawn = look;
  const focus = document.activeElement?.closest('.class')?.dataset.class;
  const place = focus && [...document.activeElement.parentElement.children].indexOf(document.activeElement);
  byId('class-list').replaceChildren(...state.classes.map((one, index) => row(one, index, state, counts)));
  if (focus) byId('class-list').querySelector(`.class[data-class="${focus}"]`)?.children[place]?.focus();
}

/** Draws on every change. */
export function start() {
  store.watch(draw);
  onLanguage(() => { drawn = null; draw(store.get()); });
  byId('new-class').addEventListener('submit', event => {
    event.preventDefault();
    const name = byId('new-class-name').value.trim();
    if (!name) return;
    edit.label(classes.ensure(name));
    byId('new-class-name').value = '';
  });
}
