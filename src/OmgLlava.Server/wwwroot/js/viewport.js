// Where the picture lies on the stage: a scale and an offset. The world is laid out at its scaled size, so that what lies on it by
// percentages (markers, labels) keeps its own size at every zoom.
import { byId } from './dom.js';

const stage = byId('stage');
const world = byId('world');
const margin = 14;
let size = { width: 1, height: 1 };
let scale = 1;
let x = 0;
let y = 0;
let fitted = true;
const listeners = new Set();

/** Calls a function with the scale whenever the picture moves. */
export const onMove = listener => { listeners.add(listener); };

/** Screen pixels of a picture's pixel. */
export const currentScale = () => scale;

function apply() {
  const reach = 40; // a corner of the picture always stays in sight
  x = Math.min(stage.clientWidth - reach, Math.max(reach - size.width * scale, x));
  y = Math.min(stage.clientHeight - reach, Math.max(reach - size.height * scale, y));
  world.style.width = `${size.width * scale}px`;
  world.style.height = `${size.height * scale}px`;
  world.style.transform = `translate(${x}px, ${y}px)`;
  world.classList.toggle('coarse', scale >= 4);
  for (const listener of listeners) listener(scale);
}

const fitScale = () => Math.min((stage.clientWidth - 2 * margin) / size.width, (stage.clientHeight - 2 * margin) / size.height, 8);

/** Shows the whole picture. */
export function fit() {
  fitted = true;
  scale = Math.max(0.01, fitScale());
  x = (stage.clientWidth - size.width * scale) / 2;
  y = (stage.clientHeight - size.height * scale) / 2;
  apply();
}

/** Shows a picture of a size. */
export function setSize(width, height) {
  size = { width, height };
  stage.style.setProperty('--shape', height / width);
  fit();
}

/** Scales by a factor around a place on the screen; the stage's middle without one. */
export function zoom(factor, clientX, clientY) {
  const bounds = stage.getBoundingClientRect();
  const px = (clientX ?? bounds.left + bounds.width / 2) - bounds.left;
  const py = (clientY ?? bounds.top + bounds.height / 2) - bounds.top;
  const next = Math.min(32, Math.max(fitScale() * 0.5, scale * factor));
  x = px - (px - x) * (next / scale);
  y = py - (py - y) * (next / scale);
  scale = next;
  fitted = false;
  apply();
}

/** Moves the picture by screen pixels. */
export function pan(dx, dy) {
  x += dx;
  y += dy;
  fitted = false;
  apply();
}

/** The picture's pixel under a place on the screen, and whether it lies in the picture. */
export function toPicture(clientX, clientY) {
  const bounds = world.getBoundingClientRect();
  const px = (clientX - bounds.left) / scale;
  const py = (clientY - bounds.top) / scale;
  return { ...clamp(px, py), inside: px >= 0 && py >= 0 && px < size.width && py < size.height };
}

/** The nearest place in the picture, to a tenth of a pixel. */
export function clamp(px, py) {
  const within = (value, limit) => Math.round(Math.min(limit - 0.1, Math.max(0, value)) * 10) / 10;
  return { x: within(px, size.width), y: within(py, size.height) };
}

/** Moves the picture so that a pixel can be seen. */
export function reveal(px, py) {
  const left = x + px * scale;
  const top = y + py * scale;
  const edge = 30;
  const dx = Math.max(edge - left, 0) + Math.min(stage.clientWidth - edge - left, 0);
  const dy = Math.max(edge - top, 0) + Math.min(stage.clientHeight - edge - top, 0);
  if (dx || dy) pan(dx, dy);
}

new ResizeObserver(() => fitted ? fit() : apply()).observe(stage);
