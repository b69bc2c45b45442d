// One object is lit at a time: its mask, its phrase, its chip and its row, whichever of them the pointer or the focus is on.

let lit = null;
const listeners = new Set();

/** Calls a function with the key of the lit object, or null. */
export const onLight = listener => { listeners.add(listener); };

/** Lights an object; null for none. */
export function light(key) {
  if (key === lit) return;
  lit = key;
  document.body.classList.toggle('has-lit', key !== null);
  refresh();
  for (const listener of listeners) listener(key);
}

/** The key of the lit object. */
export const litKey = () => lit;

/** Marks the elements of the lit object, also those that were made since. */
export function refresh() {
  for (const element of document.querySelectorAll('.lit')) element.classList.remove('lit');
  if (lit === null) return;
  for (const element of document.querySelectorAll(`[data-object="${CSS.escape(lit)}"]`)) element.classList.add('lit');
}

/** Listens for the pointer and the focus. */
export function start() {
  const follow = event => light(event.target.closest?.('[data-object]')?.dataset.object ?? null);
  document.addEventListener('pointerover', follow);
  document.addEventListener('focusin', follow);
  document.addEventListener('pointerleave', () => light(null));
}
