// The box of the mark or the object that is selected: its sides and corners can be dragged. The model then looks at what is in the new box.
import * as edit from './edit.js';
import * as prompts from './prompts.js';
import * as store from './store.js';
import { byId, make } from './dom.js';
import { drawBox } from './stage.js';
import { toPicture } from './viewport.js';

const places = { nw: [0, 0], n: [0.5, 0], ne: [1, 0], e: [1, 0.5], se: [1, 1], s: [0.5, 1], sw: [0, 1], w: [0, 0.5] };
let drawn = '';

/** The box that can be dragged: { box, set(box) }; null when nothing, or more than one thing, is meant. */
function current(state) {
  if (!state.picture || !['select', 'point', 'add', 'cut'].includes(state.tool)) return null;
  const objects = edit.selected();
  const boxes = state.prompts.filter(prompt => prompt.kind === 'box');
  if (objects.length === 1 && objects[0].box && state.tool !== 'point') return { box: objects[0].box, set: box => edit.lookAgain(box) };
  if (objects.length === 0 && boxes.length === 1) return { box: boxes[0].box, set: box => prompts.setBox(boxes[0].id, box) };
  return null;
}

function draw(state) {
  const meant = current(state);
  const look = meant ? JSON.stringify([meant.box, state.picture.doc]) : '';
  if (look === drawn) return;
  drawn = look;
  for (const element of document.querySelectorAll('.handle')) element.remove();
  if (!meant) return;
  const { width, height } = state.picture;
  const [left, top, right, bottom] = meant.box;
  byId('markers').append(...Object.entries(places).map(([edge, [x, y]]) => {
    const element = make('div', { class: `handle ${edge}`, 'aria-hidden': 'true', data: { edge } });
    element.style.left = `${100 * (left + x * (right - left)) / width}%`;
    element.style.top = `${100 * (top + y * (bottom - top)) / height}%`;
    return element;
  }));
}

/** Begins to drag a handle: gives functions for where the pointer goes and for its end. */
export function drag(handle) {
  const meant = current(store.get());
  const { edge } = handle.dataset;
  let box = meant.box;
  const to = event => {
    const { x, y } = toPicture(event.clientX, event.clientY);
    const [left, top, right, bottom] = meant.box;
    const sides = [edge.includes('w') ? x : left, edge.includes('n') ? y : top, edge.includes('e') ? x : right, edge.includes('s') ? y : bottom];
    box = [Math.min(sides[0], sides[2]), Math.min(sides[1], sides[3]), Math.max(sides[0], sides[2]), Math.max(sides[1], sides[3])];
    drawBox(box);
  };
  const end = () => {
    drawBox(null);
    if (box[2] - box[0] >= 1 && box[3] - box[1] >= 1 && box !== meant.box) meant.set(box);
  };
  return { to, end };
}

/** Draws on every change. */
export const start = () => store.watch(state => { draw(state); });

/** Draws again after the markers were replaced. */
export function again() {
  drawn = '';
  draw(store.get());
}
