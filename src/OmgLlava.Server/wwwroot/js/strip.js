// The project's pictures side by side, and what can be done to all of them.
import * as documents from './documents.js';
import * as everything from './everything.js';
import * as jobs from './jobs.js';
import * as pictures from './pictures.js';
import * as store from './store.js';
import { ask } from './chat.js';
import * as composer from './composer.js';
import { byId, make, show } from './dom.js';
import { number, onLanguage, t } from './i18n.js';
import { icon } from './icons.js';
import { announce, fail } from './notices.js';

function tile(one, index, state) {
  const shown = state.picture?.doc === one.id;
  const words = t('strip.picture', { n: index + 1, name: one.name, objects: one.objects });
  return make('li', { class: 'tile' },
    make('button', { type: 'button', class: 'open', title: words, 'aria-current': shown ? 'true' : null, data: { picture: one.id }, on: { click: () => pictures.showPicture(one.id) } },
      one.thumb ? make('img', { src: one.thumb, alt: '', loading: 'lazy' }) : make('i', { class: 'no-image' }),
      make('span', { class: 'tile-name' }, one.name),
      one.objects > 0 && make('span', { class: 'count' }, number(one.objects)), one.objects > 0 && make('span', { class: 'spoken' }, ` ${t('tab.objects')}`)),
    make('button', { type: 'button', class: 'icon small remove', tabindex: '-1', 'aria-label': t('strip.remove', { name: one.name }), title: t('strip.remove', { name: one.name }), on: { click: () => pictures.remove(one.id) } }, icon('close')));
}

let drawn = '';

function draw(state, before) {
  show(byId('strip'), state.shelf.length > 1);
  byId('strip-count').textContent = t('strip.count', { n: number(state.shelf.length) });
  const list = byId('strip-list');
  const look = JSON.stringify(state.shelf.map(({ id, name, objects, thumb }) => [id, name, objects, thumb]));
  if (look === drawn) {
    for (const open of list.querySelectorAll('.open')) {
      if (open.dataset.picture === state.picture?.doc) open.setAttribute('aria-current', 'true');
      else open.removeAttribute('aria-current');
    }
  } else {
    drawn = look;
    const focus = document.activeElement?.dataset?.picture;
    list.replaceChildren(...state.shelf.map((one, index) => tile(one, index, state)));
    if (focus) list.querySelector(`[data-picture="${focus}"]`)?.focus();
  }
  if (state.picture !== before.picture) list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function drawBatch({ batch, picture, online }) {
  show(byId('batch'), batch !== null);
  show(byId('strip-all'), batch === null);
  for (const id of ['all-everything', 'all-ask']) byId(id).disabled = !picture || !online;
  if (!batch) return;
  byId('batch-words').textContent = t(batch.label, { done: number(batch.done), total: number(batch.total) });
  byId('batch-bar').max = batch.total;
  byId('batch-bar').value = batch.done;
  show(byId('batch-cancel'), batch.id !== undefined);
}

// Does something with every picture, one after the other; the others can be looked at meanwhile.
async function all(label, work) {
  const ids = documents.ids();
  const batch = { id: store.newId(), label, done: 0, total: ids.length };
  store.set({ batch });
  let failed = 0;
  const step = async id => {
    try {
      await work(id, batch.id);
    } catch (error) {
      failed++;
      fail(error);
    }
    const now = store.get().batch;
    if (now?.id === batch.id) store.set({ batch: { ...now, done: now.done + 1 } });
  };
  await Promise.all(ids.map(step));
  if (store.get().batch?.id !== batch.id) return announce(t('batch.cancelled'), true);
  store.set({ batch: null });
  announce(t('batch.done', { n: number(ids.length - failed) }), true);
}

function cancel() {
  const { batch } = store.get();
  store.set({ batch: null });
  jobs.drop(job => job.batch === batch.id);
}

function askAll() {
  const { task } = store.get();
  const said = composer.parts();
  if (said.length === 0) {
    composer.focus();
    return announce(t('batch.ask.first'));
  }
  if (said.some(part => typeof part !== 'string')) return announce(t('batch.ask.marks'));
  composer.clear();
  return all('batch.asking', (picture, batch) => ask(task, said, { picture, batch }));
}

/** Draws on every change. */
export function start() {
  store.watch((state, before) => {
    if (['shelf', 'picture'].some(part => state[part] !== before[part])) draw(state, before);
    if (['batch', 'picture', 'online'].some(part => state[part] !== before[part])) drawBatch(state);
  });
  onLanguage(() => { drawn = ''; draw(store.get(), {}); drawBatch(store.get()); });
  byId('strip-list').addEventListener('keydown', event => {
    if (event.key === 'Delete' && event.target.dataset.picture) {
      event.stopPropagation();
      pictures.remove(event.target.dataset.picture);
    }
  });
  byId('previous').addEventListener('click', () => pictures.step(-1));
  byId('next').addEventListener('click', () => pictures.step(1));
  byId('all-everything').addEventListener('click', () => all('batch.segmenting', everything.segment));
  byId('all-ask').addEventListener('click', askAll);
  byId('batch-cancel').addEventListener('click', cancel);
}
