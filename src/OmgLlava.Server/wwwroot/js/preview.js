// The mask under the moving pointer. One request at a time: while it is on its way only the latest place waits; a request that has become
// stale and slow is given up.
import * as api from './api.js';
import * as pictures from './pictures.js';
import * as store from './store.js';
import { withPath } from './objects.js';
import { pointShape, remember } from './prompts.js';
import { drawPreview } from './stage.js';

const rest = 25; // milliseconds that the pointer must be still, unless nothing is on its way
const patience = 400; // milliseconds after which a stale request is given up
const near = 2; // screen pixels that do not matter

let asked = null; // { prompt, shape, controller, at }
let waiting = null;
let timer = 0;

/** Shows the mask of a prompt { point } or { box } soon; shape names a point's mask so that it can be kept. */
export function want(prompt, shape = null) {
  if (!store.get().view.live || !store.get().picture) return;
  if (asked && shape !== null && asked.shape === shape) return;
  waiting = { prompt, shape };
  clearTimeout(timer);
  if (asked && performance.now() - asked.at > patience) asked.controller.abort();
  timer = setTimeout(next, asked ? rest : 8);
}

/** Shows the mask of a point. */
export const wantPoint = (x, y) => want({ point: [x, y] }, pointShape(x, y));

/** Takes the preview away and stops what computes it. */
export function stop() {
  clearTimeout(timer);
  waiting = null;
  asked?.controller.abort();
  asked = null;
  drawPreview(null);
}

/** Whether two places look the same on the screen. */
export const same = (a, b, scale) => a && Math.hypot(a.x - b.x, a.y - b.y) * scale < near;

async function next() {
  if (asked || !waiting) return;
  const { prompt, shape } = waiting;
  waiting = null;
  const known = shape && store.get().found[shape];
  if (known?.path) return drawPreview(known.path);
  const mine = asked = { prompt, shape, controller: new AbortController(), at: performance.now() };
  try {
    const [segment] = await pictures.use(id => api.segment(id, [prompt], mine.controller.signal, !shape));
    if (asked !== mine) return;
    const shown = withPath(segment);
    if (shape) kept(shape, shown);
    drawPreview(shown.path);
  } catch (error) {
    if (asked === mine && error.name !== 'AbortError') drawPreview(null); // a preview that fails is only missing
  } finally {
    if (asked === mine) {
      asked = null;
      if (waiting) next();
    }
  }
}

// Only the last few masks of the preview are kept: a click at the same place needs no request.
const recent = [];
function kept(shape, segment) {
  recent.push(shape);
  remember(shape, segment);
  if (recent.length <= 20) return;
  const old = recent.shift();
  const state = store.get();
  if (state.prompts.some(prompt => prompt.shape === old) || state.turns.some(turn => turn.prompts.some(prompt => prompt.shape === old))) return;
  const { [old]: _, ...found } = state.found;
  store.set({ found });
}
