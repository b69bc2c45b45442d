// Pictures: from files, the clipboard, a drop, a folder or a sample; shown; uploaded when the server is to look at them, and again when it has dropped them.
import * as api from './api.js';
import * as documents from './documents.js';
import { filesOf } from './files.js';
import { importFile } from './imports.js';
import * as projects from './projects.js';
import * as store from './store.js';
import { byId, show } from './dom.js';
import { number, t } from './i18n.js';
import { running } from './jobs.js';
import { announce, fail } from './notices.js';
import { orientationOf } from './orientation.js';
import * as viewport from './viewport.js';

const served = new Map(); // picture -> a promise of what the server calls it
let showing = null;

/** Opens pictures, and labels in COCO's form; questions are a sample's examples. */
export async function open(files, { questions = null, name = null } = {}) {
  const pictures = files.filter(file => !/\.json$/i.test(file.name));
  const labels = files.filter(file => /\.json$/i.test(file.name));
  const known = new Map(store.get().shelf.map(one => [one.name, one.id]));
  const added = [];
  let shown = false;
  for (const [index, file] of pictures.entries()) {
    const path = file.path ?? file.name ?? 'picture';
    if (pictures.length > 1) store.set({ batch: { label: 'batch.reading', done: index, total: pictures.length } });
    const measured = await measure(file);
    if (!measured) continue;
    await projects.begin(name ?? path.replace(/^.*\//, '').replace(/\.[^.]*$/, ''));
    const [id] = documents.add([{ file, name: free(path, known), questions, ...measured }]);
    known.set(store.get().shelf.at(-1).name, id);
    added.push(id);
    if (!shown) showPicture(id);
    shown = true;
  }
  if (pictures.length > 1) store.set({ batch: null });
  if (added.length > 1) announce(t('opened', { n: number(added.length) }), true);
  for (const file of labels) await importFile(file);
  return added;
}

// Two pictures of one name would be one in a file of labels.
function free(path, known) {
  if (!known.has(path)) return path;
  const [, stem, ending] = path.match(/^(.*?)(\.[^.]*)?$/);
  for (let n = 2; ; n++) if (!known.has(`${stem}-${n}${ending ?? ''}`)) return `${stem}-${n}${ending ?? ''}`;
}

// The size and a thumbnail; null, after saying why, for what is no picture here.
async function measure(file) {
  const limit = store.get().server?.capabilities.max_image_bytes;
  if (file.type && !file.type.startsWith('image/')) return fail(t('error.type', { name: file.name })), null;
  if (limit && file.size > limit) return fail(t('error.size', { name: file.name, size: number(file.size / 2 ** 20, 1), limit: number(limit / 2 ** 20) })), null;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    try {
      const { width, height } = await api.upload(file); // the server may read what the browser does not, or says what is wrong
      return { width, height, orientation: 1, thumb: null };
    } catch (error) {
      return fail(error), null;
    }
  }
  const { width, height } = bitmap;
  const scale = Math.min(1, 192 / Math.max(width, height));
  const surface = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  surface.getContext('2d').drawImage(bitmap, 0, 0, surface.width, surface.height);
  bitmap.close();
  return { width, height, orientation: await orientationOf(file), thumb: await surface.convertToBlob({ type: 'image/jpeg', quality: 0.8 }) };
}

function display(url) {
  const photo = byId('photo');
  return new Promise(done => {
    photo.onload = () => done(true);
    photo.onerror = () => done(false);
    photo.src = url;
  });
}

/** Shows a picture of the project as it was left. */
export async function showPicture(id) {
  const before = store.get().picture;
  if (before?.doc === id) return;
  const mine = showing = {};
  const { name, number: place, width, height, orientation, questions } = documents.get(id);
  const file = await documents.fileOf(id);
  if (showing !== mine) return;
  const url = URL.createObjectURL(file);
  store.enter('encoding');
  const loaded = display(url);
  documents.show(id, { doc: id, name, number: place, file, url, width, height, orientation, questions });
  if (before) URL.revokeObjectURL(before.url);
  byId('photo').alt = name;
  show(byId('world'), true);
  viewport.setSize(width, height);
  store.set({ tool: store.get().tool === 'pan' ? 'pan' : 'point' });
  await loaded;
  try {
    const picture = await identify(id);
    if (showing !== mine) return;
    if (picture.width !== width || picture.height !== height) {
      documents.patch(id, { width: picture.width, height: picture.height });
      store.set({ picture: { ...store.get().picture, width: picture.width, height: picture.height } });
      viewport.setSize(picture.width, picture.height);
    }
    announce(picture.cached ? t('read.known') : t('read.in', { n: number(picture.perception_seconds, 1) }), true);
  } catch (error) {
    if (showing !== mine) return;
    fail(error);
  }
  if (store.get().picture?.doc === id && store.get().phase.name === 'encoding') store.enter(running(id) ?? 'ready');
}

/** Shows the next picture, or the one before. */
export function step(by) {
  const ids = documents.ids();
  const at = ids.indexOf(store.get().picture?.doc);
  if (ids[at + by]) return showPicture(ids[at + by]);
  if (ids.length > 1) announce(t(by > 0 ? 'strip.last' : 'strip.first'), true);
}

/** What the server says of a picture: { id, width, height, ... }; uploads it the first time. */
export function identify(id, signal) {
  if (!served.has(id)) {
    const asked = documents.fileOf(id).then(file => api.upload(file, signal));
    served.set(id, asked);
    asked.catch(() => served.delete(id));
  }
  return served.get(id);
}

/** Does something with the id that the server has for a picture; if it has dropped the picture, uploads it again first. */
export async function use(work, id = store.get().picture.doc, signal) {
  try {
    return await work((await identify(id, signal)).id);
  } catch (error) {
    if (error.code !== 'not_found') throw error;
    served.delete(id);
    return work((await identify(id, signal)).id);
  }
}

/** Takes a picture out of the project. */
export async function remove(id) {
  const ids = documents.ids();
  const { name } = documents.get(id);
  if (ids.length === 1) return projects.leave();
  if (store.get().picture?.doc === id) await showPicture(ids[ids.indexOf(id) + 1] ?? ids[ids.indexOf(id) - 1]);
  const back = documents.remove(id);
  announce(t('strip.removed', { name }), false, { label: t('undo'), run: back });
}

/** Opens a sample picture. */
export async function openSample(sample) {
  try {
    const blob = await api.file(`v1/samples/${encodeURIComponent(sample.name)}`);
    await open([new File([blob], `${sample.name}.${blob.type === 'image/jpeg' ? 'jpg' : 'png'}`, { type: blob.type })], { questions: sample.questions });
  } catch (error) {
    fail(error);
  }
}

/** Listens for files. */
export function start() {
  for (const [button, input] of [['choose', 'file'], ['open-picture', 'file'], ['open-folder', 'folder'], ['open-labels', 'labels']]) {
    byId(button).addEventListener('click', () => {
      byId('picture-menu').open = false;
      byId(input).click();
    });
  }
  for (const input of ['file', 'folder', 'labels']) {
    byId(input).addEventListener('change', async event => {
      const { files, name } = await filesOf(event.target);
      event.target.value = '';
      if (files.length) open(files, { name }).catch(fail);
    });
  }
  const take = async (event, transfer) => {
    const items = filesOf(transfer); // what is dropped can be asked for only now
    if (![...transfer?.types ?? []].includes('Files')) return;
    event.preventDefault();
    const { files, name } = await items;
    if (files.length) open(files, { name }).catch(fail);
    else announce(t('drop.nothing'));
  };
  document.addEventListener('paste', event => take(event, event.clipboardData));
  document.addEventListener('dragover', event => {
    if (![...event.dataTransfer.types].includes('Files')) return;
    event.preventDefault();
    show(byId('drop'), true);
  });
  document.addEventListener('dragleave', event => { if (!event.relatedTarget) show(byId('drop'), false); });
  document.addEventListener('drop', event => {
    show(byId('drop'), false);
    take(event, event.dataTransfer);
  });
}
