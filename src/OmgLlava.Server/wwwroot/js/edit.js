// Labelled objects: kept from what was found, refined, painted, joined, taken apart, named. Every step can be undone.
import * as api from './api.js';
import * as store from './store.js';
import { t } from './i18n.js';
import { patiently } from './jobs.js';
import { announce, fail } from './notices.js';
import { find, objectKey, visible } from './objects.js';
import { freeIndices } from './palette.js';
import * as pictures from './pictures.js';
import { overlap, painted, pieces, subtract, toObject, union } from './regions.js';

const most = 0.9; // of an object: what a point takes away at most, or it means the whole thing

/** Objects that are selected: { key, mask, label, ... }. */
export const selected = () => store.get().prompts.filter(prompt => prompt.kind === 'object').map(prompt => find(store.get(), prompt.from)).filter(Boolean);

/** Numbers for new objects, unique in the project. */
export function numbers(count) {
  const { project } = store.get();
  store.set({ project: { ...project, nextObject: project.nextObject + count } });
  return Array.from({ length: count }, (_, i) => project.nextObject + i);
}

// Replaces the objects, and lets the marks of those that are selected follow.
function write(objects, extra = {}) {
  const state = store.get();
  const next = { ...state, objects, ...extra };
  const prompts = next.prompts.flatMap(prompt => {
    if (prompt.kind !== 'object') return [prompt];
    const object = find(next, prompt.from);
    if (!object) return [];
    return [{ ...prompt, mask: object.mask, box: object.box, color: object.color, name: object.label, shape: `m${object.mask.counts}` }];
  });
  store.change({ objects, ...extra, prompts, groups: { ...state.groups, objects: true } });
}

const objectOf = key => store.get().objects.find(object => objectKey(object) === key);
const bitmapTo = (bitmap, { size: [height, width] }) => toObject(bitmap, width, height);

// What is edited becomes a labelled object first. Gives the objects as they are to be, and those that are meant.
function target(keys) {
  const state = store.get();
  const objects = [...state.objects];
  const prompts = [...state.prompts];
  const meant = keys.map(key => {
    const known = objectOf(key);
    if (known) return known;
    const made = make(find(state, key));
    objects.push(made);
    prompts.forEach((prompt, index) => { if (prompt.from === key) prompts[index] = { ...prompt, from: objectKey(made) }; });
    return made;
  });
  return { objects, prompts, meant };
}

function make({ key, mask, path, area, box, score, label, color }) {
  const { currentClass, objects } = store.get();
  const [id] = numbers(1);
  const free = typeof color === 'number' ? color : freeIndices(objects.map(one => one.color), 1)[0];
  return { id, class: currentClass, name: key.startsWith('prompt:') ? null : label, from: key, color: free, mask, path, area, box, score: score ?? null };
}

/** Keeps masks, of marks or answers, as objects of the chosen class. Marks that were kept are marks no longer. */
export function keep(keys) {
  const state = store.get();
  const fresh = keys.filter(key => !objectOf(key) && find(state, key)?.mask);
  if (fresh.length === 0) return announce(t('edit.nothing'));
  const { objects, prompts } = target(fresh);
  const marks = new Set(fresh);
  write(objects, { prompts: prompts.filter(prompt => prompt.kind === 'object' || !marks.has(`prompt:${prompt.id}`)) });
  announce(t('edit.kept', { n: fresh.length }), true);
}

/** Keeps the masks of all marks. */
export const keepMarks = () => keep(store.get().prompts.filter(prompt => prompt.kind !== 'object').map(prompt => `prompt:${prompt.id}`));

/** Replaces the mask of an object by pixels. Returns whether any are left. */
function reshape(key, bitmap, picture) {
  if (store.get().picture?.doc !== picture) return false;
  const { objects, prompts, meant: [object] } = target([key]);
  const next = bitmapTo(bitmap, object.mask);
  if (next.area === 0) return announce(t('edit.empty')), false;
  write(objects.map(one => one.id === object.id ? { ...object, ...next } : one), { prompts });
  return true;
}

async function look(prompt) {
  try {
    const [segment] = await patiently(() => pictures.use(id => api.segment(id, [prompt])));
    if (segment.found) return segment.mask;
    announce(t('no-mask'));
  } catch (error) {
    fail(error);
  }
  return null;
}

/** Adds what the model sees at a point to the selected object, or takes it away. */
export async function refine(x, y, away) {
  const [object] = selected();
  const { picture } = store.get();
  if (!object) return;
  const mask = await look({ point: [x, y] });
  if (!mask) return;
  const now = find(store.get(), object.key) ?? object;
  if (!away) return reshape(now.key, union([now.mask, mask]), picture.doc);
  const left = subtract(now.mask, mask);
  const area = left.reduce((sum, pixel) => sum + pixel, 0);
  if (area === now.area) return announce(t('edit.away.none'));
  if (area < (1 - most) * now.area) return announce(t('edit.away.all'));
  reshape(now.key, left, picture.doc);
}

/** Has the model look at the selected object anew: in a box, or in its own mask. */
export async function lookAgain(box = null) {
  const [object] = selected();
  const { picture } = store.get();
  if (!object) return;
  const mask = await look(box ? { box } : { mask: object.mask });
  if (mask) reshape(object.key, union([mask]), picture.doc);
}

/** Paints over the selected object, or wipes some of it out. */
export function paint(stroke) {
  const [object] = selected();
  reshape(object.key, painted(object.mask, stroke), store.get().picture.doc);
}

/** Makes one object of those that are selected. */
export function merge() {
  const keys = selected().map(({ key }) => key);
  if (keys.length < 2) return announce(t('edit.merge.two'));
  const { objects, prompts, meant } = target(keys);
  const [first, ...rest] = meant;
  const gone = new Set(rest);
  const next = { ...first, ...bitmapTo(union(meant.map(one => one.mask)), first.mask) };
  write(objects.filter(one => !gone.has(one)).map(one => one === first ? next : one), { prompts });
}

/** Makes an object of each piece of the selected one. */
export function split() {
  const [object] = selected();
  if (!object) return;
  const parts = pieces(object.mask);
  if (parts.length < 2) return announce(t('edit.split.one'));
  const { objects, prompts, meant: [first] } = target([object.key]);
  const ids = numbers(parts.length - 1);
  const colors = freeIndices(objects.map(one => one.color), parts.length - 1);
  const others = parts.slice(1).map((bitmap, index) => ({ ...first, ...bitmapTo(bitmap, first.mask), id: ids[index], color: colors[index], from: null }));
  write([...objects.map(one => one === first ? { ...first, ...bitmapTo(parts[0], first.mask) } : one), ...others], { prompts });
  announce(t('edit.split.done', { n: parts.length }), true);
}

/** Takes what is selected away; masks of answers are only no longer shown. */
export function removeSelected() {
  const state = store.get();
  const keys = new Set(selected().map(({ key }) => key));
  const others = Object.fromEntries([...keys].filter(key => !objectOf(key)).map(key => [key, true]));
  store.change({
    objects: state.objects.filter(object => !keys.has(objectKey(object))), hidden: { ...state.hidden, ...others },
    prompts: state.prompts.filter(prompt => prompt.kind !== 'object'),
  });
}

/** Gives what is selected a class; without a selection it is the class of what is kept next. */
export function label(id) {
  const keys = selected().map(({ key }) => key);
  if (keys.length === 0) return store.set({ currentClass: id });
  const { objects, prompts, meant } = target(keys);
  const labelled = new Set(meant);
  write(objects.map(one => labelled.has(one) ? { ...one, class: id } : one), { prompts });
}

/** Selects what is shown of the labelled objects, all of it. */
export const shown = () => visible(store.get()).filter(object => object.key.startsWith('object:'));

/** Objects of segments of the whole picture that are not labelled yet. Class names become the project's classes. */
export function ofSegments(segments, known, classOf) {
  const fresh = segments.filter(segment => !known.some(object => overlap(object.mask, segment.mask) > 0.8));
  const ids = numbers(fresh.length);
  const colors = freeIndices(known.map(one => one.color), fresh.length);
  return fresh.map(({ class: name, mask, area, box, score }, index) => ({
    id: ids[index], class: classOf(name), name, from: null, color: colors[index], mask, area, box, score,
  }));
}

