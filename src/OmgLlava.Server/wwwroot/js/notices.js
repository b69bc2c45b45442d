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

function say(kind, words, seconds) {
  const close = make('button', { class: 'icon', type: 'button', 'aria-label': t('close'), on: { click: () => notice.remove() } }, icon('close'));
  const notice = make('div', { class: `notice ${kind}` }, make('p', {}, words), close);
  for (const other of byId('notices').children) if (other.firstChild.textContent === words) other.remove();
  byId('notices').append(notice);
  setTimeout(() => notice.remove(), seconds * 1000);
}

/** Shows an error; an aborted request is none. */
export function fail(error) {
  if (error.name === 'AbortError') return;
  if (typeof error !== 'string' && !error.code) console.error(error);
  say('error', explain(error), 12);
}

/** Shows a remark; only read aloud when quiet. */
export function announce(words, quiet = false) {
  if (quiet) byId('spoken').textContent = words;
  else say('note', words, 6);
}
