// The list of objects: what was found, how sure, how large.
import * as store from './store.js';
import { byId, make, show } from './dom.js';
import { cutOut } from './downloads.js';
import * as edit from './edit.js';
import { number, onLanguage, t } from './i18n.js';
import { icon } from './icons.js';
import * as light from './light.js';
import { groups } from './objects.js';
import { css } from './palette.js';
import * as prompts from './prompts.js';

const panel = byId('object-list');

const button = (glyph, label, click) => make('button', { class: 'icon small', type: 'button', 'aria-label': label, title: label, on: { click } }, icon(glyph));

function row(object, state) {
  const { picture } = state;
  const off = state.hidden[object.key] === true;
  const name = make('button', { class: 'name', type: 'button', title: t('object.ask', { name: object.label }), 'aria-pressed': String(state.prompts.some(prompt => prompt.from === object.key)), on: { click: () => prompts.toggleObject(object) } }, object.label);
  const element = make('li', { class: off ? 'object off' : 'object', data: { object: object.key } },
    make('i', { class: 'swatch', 'aria-hidden': 'true' }), name,
    make('span', { class: 'figures' },
      object.score > 0 && make('span', {}, t('object.score', { n: number(object.score, 2) })),
      make('span', { title: t('object.area.title', { pixels: number(object.area) }) }, t('object.area', { percent: number(100 * object.area / (picture.width * picture.height), 1) }))),
    button(off ? 'hidden' : 'eye', t(off ? 'object.show' : 'object.hide', { name: object.label }), () => store.set({ hidden: { ...state.hidden, [object.key]: !off } })),
    button('download', t('object.save', { name: object.label }), () => cutOut([object], true)),
    object.key.startsWith('object:') ? null : button('keep', t('object.keep', { name: object.label }), () => edit.keep([object.key])));
  element.style.setProperty('--color', css(object.color));
  return element;
}

function section(group, state) {
  const toggle = () => store.set({ groups: { ...state.groups, [group.key]: !group.visible } });
  return make('section', { class: group.visible ? 'group' : 'group off' },
    make('h2', {}, group.title, make('span', { class: 'count' }, String(group.objects.length)),
      group.key !== 'objects' && group.objects.length > 1 && button('keep', t('group.keep'), () => edit.keep(group.objects.map(object => object.key))),
      group.key !== 'marks' && button(group.visible ? 'eye' : 'hidden', t(group.visible ? 'group.hide' : 'group.show'), toggle)),
    make('ul', {}, ...group.objects.map(object => row(object, state))));
}

function draw(state) {
  const all = state.picture ? groups(state) : [];
  const count = all.reduce((sum, group) => sum + group.objects.length, 0);
  byId('object-count').textContent = String(count);
  show(byId('object-count'), count > 0);
  if (state.panel !== 'objects') return;
  panel.replaceChildren(...(all.length ? all.map(group => section(group, state)) : [make('p', { class: 'none' }, t('objects.none'))]));
  light.refresh();
}

function drawTabs({ panel: name }) {
  for (const tab of ['chat', 'objects']) {
    const chosen = tab === name;
    byId(`tab-${tab}`).setAttribute('aria-selected', String(chosen));
    byId(`tab-${tab}`).tabIndex = chosen ? 0 : -1;
    show(byId(tab), chosen);
  }
}

/** Draws on every change. */
export function start() {
  const parts = ['panel', 'picture', 'prompts', 'found', 'turns', 'objects', 'classes', 'view', 'groups', 'hidden'];
  store.watch((state, before) => { if (state.panel !== before.panel) drawTabs(state); });
  store.watch((state, before) => { if (parts.some(part => state[part] !== before[part])) draw(state); });
  onLanguage(() => draw(store.get()));
  for (const tab of ['chat', 'objects']) byId(`tab-${tab}`).addEventListener('click', () => store.set({ panel: tab }));
  document.querySelector('.tabs').addEventListener('keydown', event => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    const other = store.get().panel === 'chat' ? 'objects' : 'chat';
    store.set({ panel: other });
    byId(`tab-${other}`).focus();
  });
}
