// Everything in the picture, segmented; then any of it can be asked about.
import * as api from './api.js';
import * as pictures from './pictures.js';
import * as store from './store.js';
import { byId } from './dom.js';
import { t } from './i18n.js';
import { announce, fail } from './notices.js';
import { only, withPath } from './objects.js';

/** Segments everything, or shows and hides what was segmented before. */
export async function toggle() {
  const { picture, phase, everything, groups } = store.get();
  if (!picture || phase.name !== 'ready') return;
  if (everything) {
    store.set({ groups: groups.everything ? {} : only('everything'), tool: groups.everything ? 'point' : 'select' });
    return;
  }
  store.enter('looking');
  try {
    const { segments } = await pictures.use(id => api.everything(id));
    if (store.get().picture !== picture) return;
    if (segments.length === 0) return announce(t('everything.none'));
    store.set({ everything: segments.map((segment, index) => ({ ...withPath(segment), color: index })), groups: only('everything'), tool: 'select' });
    announce(t('everything.done', { n: segments.length }), true);
  } catch (error) {
    fail(error);
  } finally {
    if (store.get().picture === picture) store.enter('ready');
  }
}

/** Listens. */
export function start() {
  byId('everything').addEventListener('click', toggle);
  store.watch(state => {
    byId('everything').disabled = !state.picture || state.phase.name !== 'ready' || state.server?.capabilities.panoptic === false;
    byId('everything').setAttribute('aria-pressed', String(state.groups.everything === true));
  });
}
