// The pictures of the open project. The one that is shown lives in the state; the others wait here. All are kept in the browser's storage.
import * as storage from './storage.js';
import * as store from './store.js';
import { t } from './i18n.js';
import { fail } from './notices.js';
import { pack, unpack } from './packing.js';

const parts = Object.keys(store.fresh());
const documents = new Map(); // id -> a picture with its parts
const kept = new Map(); // id -> what was kept of a picture whose parts nobody has looked at yet
const histories = new Map(); // id -> what can be undone
const changed = new Set();
const files = new Map(); // id -> file
let timer = 0;
let saving = Promise.resolve();
let warned = false;

/** The ids of the pictures, in their order. */
export const ids = () => store.get().shelf.map(({ id }) => id);

/** A picture with its parts: { id, name, number, width, height, prompts, turns, objects, ... }. */
export function get(id) {
  if (kept.has(id)) {
    documents.set(id, unpack(kept.get(id)));
    kept.delete(id);
  }
  const document = documents.get(id);
  const state = store.get();
  return document && state.picture?.doc === id ? { ...document, ...Object.fromEntries(parts.map(part => [part, state[part]])) } : document;
}

/** All pictures with their parts, in their order. */
export const all = () => ids().map(get);

/** The file of a picture. */
export async function fileOf(id) {
  if (!files.has(id)) files.set(id, await storage.file(id));
  return files.get(id);
}

/** Replaces parts of a picture, whether it is shown or not; undoable when it is. */
export function patch(id, changes, undoable = false) {
  if (store.get().picture?.doc === id) return undoable ? store.change(changes) : store.set(changes);
  const document = get(id);
  if (!document) return;
  documents.set(id, { ...document, ...changes });
  touch(id);
}

/** Changes one turn of a picture's conversation, the current or an earlier one. */
export function setTurn(id, turn, changes) {
  const document = get(id);
  if (!document) return;
  const next = turns => turns.map(one => one.id === turn ? { ...one, ...changes } : one);
  if (document.turns.some(one => one.id === turn)) patch(id, { turns: next(document.turns) });
  else if (document.chats.some(chat => chat.turns.some(one => one.id === turn))) patch(id, { chats: document.chats.map(chat => ({ ...chat, turns: next(chat.turns) })) });
}

// What the strip and the list of classes show of a picture, without its masks.
function entry({ id, name, number, order, thumb, objects }, before) {
  const byClass = {};
  for (const { class: one } of objects) byClass[one] = (byClass[one] ?? 0) + 1;
  return { id, name, number, order, thumb: before?.thumb ?? (thumb ? URL.createObjectURL(thumb) : null), objects: objects.length, byClass, source: objects };
}

function touch(id) {
  changed.add(id);
  const document = get(id);
  const { shelf } = store.get();
  const before = shelf.find(one => one.id === id);
  if (document && before && (before.source !== document.objects || before.number !== document.number)) {
    store.set({ shelf: shelf.map(one => one.id === id ? entry(document, one) : one) });
  }
  clearTimeout(timer);
  timer = setTimeout(flush, 150);
}

/** Writes what changed; gives a promise that ends when it is written. */
export function flush() {
  clearTimeout(timer);
  const { project, classes } = store.get();
  if (!project || changed.size === 0) return saving;
  const pictures = [...changed].map(get).filter(Boolean).map(pack);
  changed.clear();
  const cover = ids()[0];
  const record = { ...project, classes, changed: Date.now(), pictures: ids().length, objects: store.get().shelf.reduce((sum, one) => sum + one.objects, 0), cover };
  saving = saving.then(() => storage.put(record, pictures)).catch(error => {
    if (!warned) fail(t(error?.name === 'QuotaExceededError' ? 'keep.full' : 'keep.not'));
    warned = true;
  });
  return saving;
}

/** Adds pictures: { name, file, width, height, orientation, thumb, questions }. Gives their ids. */
export function add(list) {
  let { project, shelf } = store.get();
  const added = list.map(({ file, ...rest }, index) => {
    const document = { id: store.newId(), project: project.id, number: project.nextNumber + index, order: project.nextNumber + index, ...rest, ...store.fresh() };
    documents.set(document.id, document);
    files.set(document.id, file);
    changed.add(document.id);
    return document;
  });
  store.set({ project: { ...project, nextNumber: project.nextNumber + list.length }, shelf: [...shelf, ...added.map(document => entry(document))] });
  saving = saving.then(() => storage.put(null, [], added.map(({ id }) => [id, files.get(id)]))).catch(error => {
    if (!warned) fail(t(error?.name === 'QuotaExceededError' ? 'keep.full' : 'keep.not'));
    warned = true;
  });
  flush();
  return added.map(({ id }) => id);
}

/** Puts the picture that is shown away and another's parts into the state. The rest of its picture is up to the caller. */
export function show(id, picture) {
  const { picture: before } = store.get();
  if (before) {
    const document = get(before.doc);
    if (document) documents.set(before.doc, document);
    histories.set(before.doc, store.swapHistory(id ? histories.get(id) : null));
  } else store.swapHistory(id ? histories.get(id) : null);
  const document = id ? get(id) : null;
  store.set({ ...store.fresh(), ...(document ? Object.fromEntries(parts.map(part => [part, document[part]])) : {}), picture });
}

/** Gives a picture another number, under which files of labels know it. */
export function renumber(id, number) {
  const { project, picture } = store.get();
  documents.set(id, { ...get(id), number });
  store.set({ project: { ...project, nextNumber: Math.max(project.nextNumber, number + 1) }, ...(picture?.doc === id ? { picture: { ...picture, number } } : {}) });
  touch(id);
}

/** Takes a picture out of the project; gives what puts it back. */
export function remove(id) {
  const document = get(id);
  const file = files.get(id);
  const { shelf } = store.get();
  documents.delete(id);
  kept.delete(id);
  changed.delete(id);
  store.set({ shelf: shelf.filter(one => one.id !== id) });
  saving = saving.then(async () => {
    const blob = file ?? await storage.file(id);
    files.set(id, blob);
    await storage.removePictures([id]);
  }).catch(() => {});
  store.set({ project: { ...store.get().project } });
  changed.add(ids()[0]);
  flush();
  return async () => {
    await saving;
    documents.set(id, document);
    await storage.put(null, [], [[id, files.get(id)]]).catch(() => {});
    store.set({ shelf: [...store.get().shelf, shelf.find(one => one.id === id)].sort((a, b) => a.order - b.order) });
    touch(id);
  };
}

/** Takes the pictures of another project in place of these. */
export function load(records) {
  for (const { thumb } of store.get().shelf) if (thumb) URL.revokeObjectURL(thumb);
  for (const map of [documents, kept, histories, files]) map.clear();
  changed.clear();
  for (const record of records) kept.set(record.id, record);
  return records.map(record => entry(record));
}

/** Keeps every change. */
export function start() {
  store.watch((state, before) => {
    const id = state.picture?.doc;
    if (id && before.picture?.doc === id && parts.some(part => state[part] !== before[part])) touch(id);
    if (state.project && before.project?.id === state.project.id && (state.project !== before.project || state.classes !== before.classes) && ids().length) {
      changed.add(ids()[0]);
      clearTimeout(timer);
      timer = setTimeout(flush, 150);
    }
  });
  addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') flush(); });
}
