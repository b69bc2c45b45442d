// The user's marks: placed, moved, painted, taken away; and the mask that the model sees at each.
import * as store from './store.js';
import * as edit from './edit.js';
import { patiently } from './jobs.js';
import * as pictures from './pictures.js';
import * as api from './api.js';
import { rasterise } from './brush.js';
import { number, t } from './i18n.js';
import { announce, fail } from './notices.js';
import { promptName, visible, withPath } from './objects.js';
import { freeIndices } from './palette.js';

let painting = null; // the region that the brush goes on with

const shapeOf = prompt => prompt.kind === 'point' ? `p${prompt.x},${prompt.y},${prompt.label}` : prompt.kind === 'box' ? `b${prompt.box}` : `m${prompt.mask.counts}`;

/** A mark as the API takes it. */
export function toApi(prompt) {
  if (prompt.kind === 'point') return prompt.label === 0 ? { point: [prompt.x, prompt.y], label: 0 } : { point: [prompt.x, prompt.y] };
  return prompt.kind === 'box' ? { box: prompt.box } : { mask: prompt.mask };
}

function add(kind, fields) {
  const { prompts, server } = store.get();
  const limit = server?.capabilities.max_prompts ?? 64;
  if (prompts.length >= limit) return fail(t('error.prompts', { n: limit }));
  const color = fields.color ?? freeIndices([...prompts, ...visible(store.get())].map(one => one.color), 1)[0];
  const prompt = { id: store.newId(), kind, color, number: Math.max(0, ...prompts.map(one => one.number)) + 1, ...fields };
  prompt.shape = shapeOf(prompt);
  store.setPrompts([...prompts, prompt]);
  return prompt;
}

const replace = (id, fields) => store.setPrompts(store.get().prompts.map(prompt => {
  if (prompt.id !== id) return prompt;
  const next = { ...prompt, ...fields };
  return { ...next, shape: shapeOf(next) };
}));

/** Places a point; label 0 for "not here". */
export const addPoint = (x, y, label = 1) => add('point', { x, y, label });

/** Places a box: left, top, right, bottom. */
export const addBox = box => add('box', { box });

/** Selects an object: it becomes a mark of the question, and what the tools edit. */
export function addObject(object) {
  const known = store.get().prompts.find(prompt => prompt.kind === 'object' && prompt.from === object.key);
  if (known) return known;
  const { mask, path, area, score, box } = object;
  store.set({ found: { ...store.get().found, [`m${mask.counts}`]: { mask, path, area, score, box, found: true } } });
  return add('object', { mask, name: object.label, from: object.key, color: object.color, box });
}

/** Selects an object, or no longer when it was selected. */
export function toggleObject(object) {
  const known = store.get().prompts.find(prompt => prompt.kind === 'object' && prompt.from === object.key);
  if (known) remove([known.id]);
  else addObject(object);
}

/** Paints or erases: a stroke is { points: [[x, y], ...], size, erase }. What is selected is painted; else a region of its own. */
export function addStroke(stroke) {
  if (edit.selected().length) return edit.paint(stroke);
  const { prompts, picture } = store.get();
  if (!stroke.erase) {
    const open = prompts.find(prompt => prompt.id === painting);
    const strokes = [...open?.strokes ?? [], stroke];
    const region = rasterise(strokes, picture);
    if (region.area === 0) return;
    if (open) replace(open.id, { strokes, ...region });
    else painting = add('brush', { strokes, ...region })?.id ?? null;
    return;
  }

  let changed = false;
  const next = prompts.flatMap(prompt => {
    if (prompt.kind !== 'brush') return [prompt];
    const strokes = [...prompt.strokes, stroke];
    const region = rasterise(strokes, picture);
    if (region.area === prompt.area) return [prompt];
    changed = true;
    const erased = { ...prompt, strokes, ...region };
    return region.area === 0 ? [] : [{ ...erased, shape: shapeOf(erased) }];
  });
  if (changed) store.setPrompts(next);
  else announce(t('eraser.nothing'));
}

/** The next stroke of the brush begins another region. */
export const endPainting = () => { painting = null; };

/** Moves a point or a box by pixels of the picture. */
export function move(prompt, dx, dy) {
  const { width, height } = store.get().picture;
  const within = (value, least, most) => Math.round(Math.min(most, Math.max(least, value)) * 10) / 10;
  if (prompt.kind === 'point') replace(prompt.id, { x: within(prompt.x + dx, 0, width - 0.1), y: within(prompt.y + dy, 0, height - 0.1) });
  if (prompt.kind === 'box') {
    const [x0, y0, x1, y1] = prompt.box;
    const mx = within(dx, -x0, width - x1);
    const my = within(dy, -y0, height - y1);
    replace(prompt.id, { box: [x0 + mx, y0 + my, x1 + mx, y1 + my] });
  }
}

/** Gives a box other sides: left, top, right, bottom. */
export const setBox = (id, box) => replace(id, { box });

/** Takes marks away. */
export const remove = ids => store.setPrompts(store.get().prompts.filter(prompt => !ids.includes(prompt.id)));

/** Takes all marks away. */
export const clear = () => store.setPrompts([]);

/** Keeps a mask for a mark that may come, as the preview does. */
export const remember = (shape, segment) => store.set({ found: { ...store.get().found, [shape]: segment } });

/** The name of a point's shape, to look up and to remember its mask. */
export const pointShape = (x, y) => shapeOf({ kind: 'point', x, y, label: 1 });

async function look(prompt, picture) {
  remember(prompt.shape, { busy: true });
  try {
    const [segment] = await patiently(() => pictures.use(id => api.segment(id, [toApi(prompt)])));
    if (store.get().picture?.doc !== picture.doc) return;
    remember(prompt.shape, withPath(segment));
    const share = number(100 * segment.area / (picture.width * picture.height), 1);
    if (segment.found) announce(t('found', { name: promptName(prompt), percent: share, score: number(segment.score, 2) }), true);
    else announce(t('no-mask'));
  } catch (error) {
    if (store.get().picture?.doc === picture.doc) remember(prompt.shape, { error: true });
    fail(error);
  }
}

/** Finds the mask of every new mark. */
export function start() {
  store.watch((state, before) => {
    if (state.prompts === before.prompts || !state.picture) return;
    for (const prompt of state.prompts.filter(one => one.kind !== 'object')) if (!store.get().found[prompt.shape]) look(prompt, state.picture);
  });
}
