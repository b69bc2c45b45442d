// On a phone the conversation is a sheet over the foot of the picture: low, half way or high, by its handle, dragged or pressed.
import * as store from './store.js';
import { byId } from './dom.js';
import { onLanguage, t } from './i18n.js';

const names = ['low', 'half', 'high'];
const share = { low: 0, half: 0.46, high: 0.86 };
const narrow = matchMedia('(max-width: 900px)');
const handle = byId('sheet');
let at = 'half';
let drag = null;

/** Moves the sheet: low, half or high. */
export function move(to) {
  at = to;
  document.body.dataset.sheet = at;
  document.body.style.removeProperty('--sheet');
  handle.setAttribute('aria-valuenow', String(names.indexOf(at)));
  handle.setAttribute('aria-valuetext', t(`sheet.${at}`));
}

const nearest = height => names.reduce((best, name) => Math.abs(share[name] * innerHeight - height) < Math.abs(share[best] * innerHeight - height) ? name : best);

/** Listens. */
export function start() {
  onLanguage(() => move(at));
  handle.addEventListener('pointerdown', event => {
    handle.setPointerCapture(event.pointerId);
    drag = { y: event.clientY, height: byId('panel').offsetHeight, moved: false };
  });
  handle.addEventListener('pointermove', event => {
    if (!drag) return;
    const by = drag.y - event.clientY;
    drag.moved ||= Math.abs(by) > 4;
    if (drag.moved) document.body.style.setProperty('--sheet', `${Math.max(0, drag.height + by)}px`);
  });
  const end = event => {
    if (!drag) return;
    const { moved, y, height } = drag;
    drag = null;
    move(moved ? nearest(height + y - event.clientY) : names[(names.indexOf(at) + 1) % names.length]);
  };
  handle.addEventListener('pointerup', end);
  handle.addEventListener('pointercancel', end);
  handle.addEventListener('keydown', event => {
    const by = { ArrowUp: 1, ArrowDown: -1, Home: -2, End: 2 }[event.key];
    if (by === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    move(by === undefined ? names[(names.indexOf(at) + 1) % names.length] : names[Math.min(2, Math.max(0, names.indexOf(at) + by))]);
  });
  // Who writes or gets an answer wants to see the conversation.
  byId('question').addEventListener('focus', () => { if (narrow.matches && at === 'low') move('half'); });
  store.watch((state, before) => { if (narrow.matches && at === 'low' && state.turns.length > (before.turns?.length ?? 0) && state.picture === before.picture) move('half'); });
}
