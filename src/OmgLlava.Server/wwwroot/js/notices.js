// What the page says by itself: errors and remarks that go away, and words for screen readers.
import { byId, make } from './dom.js';
import { icon } from './icons.js';
import { number, t } from './i18n.js';

/** An error in the user's words. */
export function explain(error) {
  if (typeof error === 'string') return error;
  if (error.code === 'unreachable') return t('error.unreachable');
  if (error.code === 'overloaded') return t('error.overloaded', { n: number(error.retryAfter ?? 1) });
  return error.message || t('error');
}

// A dialog that is open covers everything else, so what is said then is said in it.
function home() {
  const open = [...document.querySelectorAll('dialog[open]')].at(-1);
  const host = open ?? document.body;
  if (byId('notices').parentElement !== host) host.append(byId('notices'));
  open?.addEventListener('close', home, { once: true });
}

function say(kind, words, seconds, action) {
  home();
  const act = action && make('button', { class: 'act', type: 'button', on: { click: () => { notice.remove(); action.run(); } } }, action.label);
  const close = make('button', { class: 'icon', type: 'button', 'aria-label': t('close'), on: { click: () => notice.remove() } }, icon('close'));
  const notice = make('div', { class: `notice ${kind}` }, make('p', {}, words), act, close);
  for (const other of byId('notices').children) if (other.firstChild.textContent === words) other.remove();
  byId('notices').append(notice);
  if (seconds) setTimeout(() => notice.remove(), seconds * 1000);
}

/** Shows an error; an aborted request is none. With an action { label, run } it stays until it is closed. */
export function fail(error, action = null) {
  if (error.name === 'AbortError') return;
  if (typeof error !== 'string' && !error.code) console.error(error);
  say('error', explain(error), action ? 0 : 12, action);
}

/** Shows a remark; only read aloud when quiet. An action { label, run } is a button in it, such as Undo. */
export function announce(words, quiet = false, action = null) {
  if (quiet) byId('spoken').textContent = words;
  else say('note', words, action ? 12 : 6, action);
}

/** Listens. */
export function start() {
  document.addEventListener('toggle', event => { if (event.target.matches('dialog')) home(); }, true);
}
