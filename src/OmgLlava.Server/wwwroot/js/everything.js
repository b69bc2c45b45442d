// Everything in a picture, segmented, of one picture or of all; the segments become labelled objects.
import * as api from './api.js';
import * as classes from './classes.js';
import * as documents from './documents.js';
import { ofSegments } from './edit.js';
import * as jobs from './jobs.js';
import * as pictures from './pictures.js';
import * as store from './store.js';
import { byId } from './dom.js';
import { t } from './i18n.js';
import { announce, fail } from './notices.js';
import { only, withPath } from './objects.js';

/** Segments everything in a picture when its turn comes. */
export function segment(picture, batch = null) {
  return jobs.enqueue({
    picture, batch, kind: 'looking', failed: fail,
    run: async signal => {
      const { segments } = await pictures.use(id => api.everything(id, signal), picture, signal);
      const document = documents.get(picture);
      if (!document) return;
      const made = ofSegments(segments, document.objects, name => classes.ensure(name)).map(withPath);
      const shown = store.get().picture?.doc === picture;
      if (made.length) documents.patch(picture, { objects: [...document.objects, ...made], groups: only('objects'), everything: true }, true);
      else documents.patch(picture, { groups: only('objects'), everything: segments.length > 0 });
      if (!shown || batch) return;
      if (segments.length === 0) return announce(t('everything.none'));
      store.set({ tool: 'select' });
      announce(t('everything.done', { n: segments.length }), true);
    },
  });
}

/** Segments everything, or shows and hides the labelled objects. */
export async function toggle() {
  const { picture, phase, objects, groups, everything } = store.get();
  if (!picture || phase.name !== 'ready') return;
  if (!everything || objects.length === 0) return segment(picture.doc);
  store.set({ groups: groups.objects ? {} : only('objects'), tool: groups.objects ? 'point' : 'select' });
}

/** Listens. */
export function start() {
  byId('everything').addEventListener('click', toggle);
  store.watch(state => {
    byId('everything').disabled = !state.picture || state.phase.name !== 'ready' || state.server?.capabilities.panoptic === false;
    byId('everything').setAttribute('aria-pressed', String(state.objects.length > 0 && state.groups.objects === true));
  });
}
