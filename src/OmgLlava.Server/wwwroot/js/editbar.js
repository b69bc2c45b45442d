// What can be done with what is selected or marked, over the picture.
import * as classes from './classes.js';
import * as edit from './edit.js';
import * as store from './store.js';
import { cutOut } from './downloads.js';
import { byId, make, show } from './dom.js';
import { onLanguage, t } from './i18n.js';
import { icon } from './icons.js';
import { chooseTool } from './tools.js';

const bar = byId('edit');
let drawn = '';

function button(glyph, words, run, { pressed, icononly } = {}) {
  return make('button', {
    type: 'button', class: icononly ? 'icon' : '', title: t(words), 'aria-label': icononly ? t(words) : null,
    'aria-pressed': pressed === undefined ? null : String(pressed), data: { edit: words }, on: { click: run },
  }, icon(glyph), icononly ? null : t(words));
}

function chooser(objects, state) {
  const known = state.classes;
  const now = objects.length ? objects.every(one => one.class === objects[0].class) ? objects[0].class ?? '' : '' : state.currentClass ?? '';
  const select = make('select', { id: 'edit-class', 'aria-label': t('class'), on: { change: event => choose(event.target) } },
    make('option', { value: '' }, t('class.none')), ...known.map(one => make('option', { value: one.id }, one.name)), make('option', { value: 'new' }, t('class.new')));
  select.value = String(now);
  return select;
}

function choose(select) {
  if (select.value !== 'new') return edit.label(select.value === '' ? null : Number(select.value));
  const field = make('input', { id: 'edit-class', class: 'class-name', 'aria-label': t('class.name'), placeholder: t('class.name') });
  let done = false;
  const finish = use => {
    if (done) return;
    done = true;
    const name = field.value.trim();
    drawn = '';
    if (use && name) edit.label(classes.ensure(name));
    draw(store.get());
  };
  field.addEventListener('keydown', event => {
    if (event.key === 'Enter' || event.key === 'Escape') finish(event.key === 'Enter');
    event.stopPropagation();
  });
  field.addEventListener('blur', () => finish(true));
  select.replaceWith(field);
  field.focus();
}

function draw(state) {
  const objects = state.picture ? edit.selected() : [];
  const marks = state.picture ? state.prompts.filter(prompt => prompt.kind !== 'object' && state.found[prompt.shape]?.mask) : [];
  const look = JSON.stringify([objects.map(one => [one.key, one.class]), marks.length > 0, state.tool, state.classes, state.currentClass]);
  if (look === drawn) return;
  drawn = look;
  show(bar, objects.length + marks.length > 0);
  const focused = document.activeElement?.dataset?.edit ?? (document.activeElement?.id === 'edit-class' ? 'class' : null);
  const tool = (name, glyph) => button(glyph, `edit.${name}`, () => chooseTool(state.tool === name ? 'select' : name), { pressed: state.tool === name, icononly: true });
  bar.replaceChildren(chooser(objects, state), ...(objects.length === 0 ? [button('keep', 'edit.keep', edit.keepMarks)] : [
    tool('add', 'addpart'), tool('cut', 'cutpart'),
    button('again', 'edit.again', () => edit.lookAgain(), { icononly: true }),
    objects.length > 1 ? button('merge', 'edit.merge', edit.merge) : button('split', 'edit.split', edit.split, { icononly: true }),
    button('download', 'edit.cutout', () => cutOut(objects, true), { icononly: true }),
    button('clear', 'edit.remove', edit.removeSelected, { icononly: true }),
  ]));
  if (focused === 'class') byId('edit-class')?.focus();
  else if (focused) bar.querySelector(`[data-edit="${focused}"]`)?.focus();
}

/** Draws on every change. */
export function start() {
  store.watch(draw);
  onLanguage(() => { drawn = ''; draw(store.get()); });
}
