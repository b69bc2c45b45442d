// What the page is doing, and for how long.
import * as store from './store.js';
import { byId, make, show } from './dom.js';
import { number, onLanguage, t } from './i18n.js';

const busy = new Set(['encoding', 'answering', 'looking']);
let timer = 0;

function draw({ phase }) {
  clearInterval(timer);
  const element = byId('status');
  element.dataset.phase = phase.name;
  const seconds = make('span', { class: 'seconds', 'aria-hidden': 'true' });
  element.replaceChildren(make('i', { 'aria-hidden': 'true' }), t(`phase.${phase.name}`), ' ', seconds);
  if (!busy.has(phase.name)) return;
  const tick = () => { seconds.textContent = t('seconds', { n: number((performance.now() - phase.since) / 1000, 1) }); };
  tick();
  timer = setInterval(tick, 100);
}

/** Draws on every change. */
export function start() {
  store.watch((state, before) => {
    if (state.phase !== before.phase) draw(state);
    if (state.server !== before.server && state.server) {
      byId('model').textContent = state.server.id;
      byId('model').title = state.server.weights;
      show(byId('model'), true);
    }
  });
  onLanguage(() => draw(store.get()));
}
