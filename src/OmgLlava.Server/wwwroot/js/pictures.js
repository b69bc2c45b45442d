// The picture: opened from a file, the clipboard, a drop or a sample; uploaded once; uploaded again when the server has dropped it.
import * as api from './api.js';
import * as store from './store.js';
import { byId, show } from './dom.js';
import { number, t } from './i18n.js';
import { announce, fail } from './notices.js';
import * as viewport from './viewport.js';

let opening = null;

function display(url) {
  const photo = byId('photo');
  const load = new Promise(done => { photo.onload = () => done(true); photo.onerror = () => done(false); });
  photo.src = url;
  return load;
}

/** Opens a picture's file; questions are the sample's examples. */
export async function open(file, questions = null) {
  const { server, picture: before } = store.get();
  const limit = server?.capabilities.max_image_bytes;
  if (file.type && !file.type.startsWith('image/')) return fail(t('error.type', { name: file.name }));
  if (limit && file.size > limit) return fail(t('error.size', { name: file.name, size: number(file.size / 2 ** 20, 1), limit: number(limit / 2 ** 20) }));

  opening?.abort();
  const mine = opening = new AbortController();
  const url = URL.createObjectURL(file);
  store.enter('encoding');
  store.set({ picture: null });
  show(byId('welcome'), false);
  if (await display(url) && opening === mine) {
    const photo = byId('photo');
    show(byId('world'), true);
    viewport.setSize(photo.naturalWidth, photo.naturalHeight);
  }
  try {
    const picture = await api.upload(file, mine.signal);
    show(byId('world'), true);
    viewport.setSize(picture.width, picture.height);
    if (before) URL.revokeObjectURL(before.url);
    reset();
    store.set({ picture: { ...picture, url, file, name: file.name ?? 'picture', questions } });
    store.enter('ready');
    announce(picture.cached ? t('read.known') : t('read.in', { n: number(picture.perception_seconds, 1) }), true);
    byId('photo').alt = file.name ?? '';
  } catch (error) {
    URL.revokeObjectURL(url);
    if (opening !== mine) return;
    fail(error);
    if (before) {
      await display(before.url);
      viewport.setSize(before.width, before.height);
    }
    store.set({ picture: before });
    show(byId('world'), before !== null);
    show(byId('welcome'), before === null);
    store.enter(before ? 'ready' : 'empty');
  }
}

/** Forgets what was marked, asked and found. */
export function reset() {
  store.startPrompts();
  store.set({ found: {}, turns: [], everything: null, groups: {}, hidden: {}, tool: 'point' });
}

/** Opens a sample picture. */
export async function openSample(sample) {
  try {
    const blob = await api.file(sample.url.replace(/^\//, ''));
    await open(new File([blob], `${sample.name}.${blob.type === 'image/jpeg' ? 'jpg' : 'png'}`, { type: blob.type }), sample.questions);
  } catch (error) {
    fail(error);
  }
}

/** Does something with the picture's id; if the server has dropped the picture, uploads it again first. */
export async function use(work) {
  const { picture } = store.get();
  try {
    return await work(picture.id);
  } catch (error) {
    if (error.code !== 'not_found') throw error;
    await api.upload(picture.file);
    return work(picture.id);
  }
}

const pictureOf = transfer => [...transfer?.files ?? []][0];

/** Listens for files. */
export function start() {
  const choose = () => {
    byId('picture-menu').open = false;
    byId('file').click();
  };
  byId('choose').addEventListener('click', choose);
  byId('open-picture').addEventListener('click', choose);
  byId('file').addEventListener('change', event => {
    if (event.target.files[0]) open(event.target.files[0]);
    event.target.value = '';
  });
  document.addEventListener('paste', event => {
    const file = pictureOf(event.clipboardData);
    if (!file) return;
    event.preventDefault();
    open(file);
  });
  document.addEventListener('dragover', event => {
    if (![...event.dataTransfer.types].includes('Files')) return;
    event.preventDefault();
    show(byId('drop'), true);
  });
  document.addEventListener('dragleave', event => { if (!event.relatedTarget) show(byId('drop'), false); });
  document.addEventListener('drop', event => {
    const file = pictureOf(event.dataTransfer);
    show(byId('drop'), false);
    if (!file) return;
    event.preventDefault();
    open(file);
  });
}
