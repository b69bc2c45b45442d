// What the page is doing, and for how long.
import * as api from './api.js';
import * as store from './store.js';
import { byId, make, show } from './dom.js';
import { number, onLanguage, t } from './i18n.js';

const busy = new Set(['encoding', 'answering', 'looking']);
let timer = 0;

const pause = 5000; // milliseconds between questions whether the server is there

function draw({ phase: now, online }) {
  const phase = online ? now : { ...now, name: 'unreachable' };
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
    if (state.phase !== before.phase || state.online !== before.online) draw(state);
    if (state.server !== before.server && state.server) {
      byId('model').textContent = state.server.id;
      byId('model').title = state.server.weights;
      show(byId('model'), true);
    }
  });
  onLanguage(() => draw(store.get()));
  api.onReach(online => { if (store.get().online !== online) store.set({ online }); });
  setInterval(() => { if (document.visibilityState === 'visible') api.ping(); }, pause);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') api.ping(); });
}
