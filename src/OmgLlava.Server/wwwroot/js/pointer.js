// Mouse, pen and fingers on the picture: points, boxes, paint, moving and zooming.
import * as store from './store.js';
import { byId, show } from './dom.js';
import { number, t } from './i18n.js';
import { light } from './light.js';
import { announce } from './notices.js';
import * as edit from './edit.js';
import * as handles from './handles.js';
import { find } from './objects.js';
import * as preview from './preview.js';
import * as prompts from './prompts.js';
import { drawBox, drawCursor, drawStroke, drawTip } from './stage.js';
import { currentScale, onMove, pan, toPicture, zoom } from './viewport.js';

const stage = byId('stage');
const slack = 4; // screen pixels that a click may move
const fingers = new Map();
let action = null; // { kind: pan | press | box | paint | marker, ... }
let space = false;
let last = null;

const boxOf = (a, b) => [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.max(a.x, b.x), Math.max(a.y, b.y)];
const refines = tool => tool === 'add' || tool === 'cut' ? tool : null;
const paints = tool => tool === 'brush' || tool === 'eraser';
const objectAt = event => event.target.closest?.('#masks [data-object]')?.dataset.object ?? null;
const promptOf = marker => store.get().prompts.find(prompt => String(prompt.id) === marker.dataset.prompt);

function down(event) {
  const { picture, tool, brushSize } = store.get();
  if (!picture || event.target.closest('.welcome, .edit')) return;
  const place = toPicture(event.clientX, event.clientY);
  const handle = event.target.closest('.handle');
  const marker = event.target.closest('.marker');
  drawCursor(null);
  fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  stage.setPointerCapture(event.pointerId);
  if (fingers.size === 2) return begin({ kind: 'pinch' });
  if (event.button === 1 || tool === 'pan' || space) begin({ kind: 'pan' });
  else if (event.button !== 0) return;
  else if (handle) begin({ kind: 'handle', ...handles.drag(handle) });
  else if (marker) begin({ kind: 'marker', marker, prompt: promptOf(marker), from: place, x: event.clientX, y: event.clientY, moved: false });
  else if (paints(tool)) {
    begin({ kind: 'paint', stroke: { points: [[place.x, place.y]], size: brushSize / currentScale(), erase: tool === 'eraser' } });
    drawStroke(action.stroke);
  } else begin({ kind: 'press', from: place, x: event.clientX, y: event.clientY, object: tool === 'select' ? objectAt(event) : null, more: event.shiftKey, refines: refines(tool) });
}

function begin(next) {
  action = next;
  drawBox(null);
  drawStroke(null);
  if (next.kind !== 'press') preview.stop();
}

function move(event) {
  const { picture, tool } = store.get();
  if (!picture) return;
  follow(event);
  const place = toPicture(event.clientX, event.clientY);
  const finger = fingers.get(event.pointerId);
  if (action?.kind === 'pinch') return pinch(event, finger);
  const [dx, dy] = finger ? [event.clientX - finger.x, event.clientY - finger.y] : [0, 0];
  if (finger) Object.assign(finger, { x: event.clientX, y: event.clientY });
  if (!action) return hover(event, place, tool);
  const far = action.x !== undefined && Math.hypot(event.clientX - action.x, event.clientY - action.y) > slack;
  if (action.kind === 'pan') pan(dx, dy);
  else if (action.kind === 'handle') action.to(event);
  else if (action.kind === 'paint') {
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const at = toPicture(part.clientX, part.clientY);
      action.stroke.points.push([at.x, at.y]);
    }
    drawStroke(action.stroke);
  } else if (action.kind === 'marker' && (far || action.moved) && action.prompt?.kind === 'point') {
    action.moved = true;
    action.marker.style.left = `${100 * place.x / picture.width}%`;
    action.marker.style.top = `${100 * place.y / picture.height}%`;
  } else if ((action.kind === 'press' && far && !action.refines) || action.kind === 'box') {
    action.kind = 'box';
    const box = boxOf(action.from, place);
    drawBox(box);
    drawTip(null);
    if (box[2] - box[0] > 1 && box[3] - box[1] > 1) preview.want({ box });
  }
}

function up(event) {
  if (!fingers.delete(event.pointerId) || !action) return;
  if (action.kind === 'pinch' && fingers.size > 0) return;
  const done = action;
  const place = toPicture(event.clientX, event.clientY);
  action = null;
  drawBox(null);
  drawStroke(null);
  if (event.type === 'pointercancel') return;
  if (done.kind === 'press') press(done);
  else if (done.kind === 'handle') done.end();
  else if (done.kind === 'box') {
    preview.stop();
    const box = boxOf(done.from, place);
    if (box[2] - box[0] >= 1 && box[3] - box[1] >= 1) prompts.addBox(box);
  } else if (done.kind === 'paint') prompts.addStroke(done.stroke);
  else if (done.kind === 'marker' && done.moved) prompts.move(done.prompt, place.x - done.from.x, place.y - done.from.y);
  else if (done.kind === 'marker' && done.prompt) prompts.remove([done.prompt.id]);
}

function press({ from, object, refines: way, more }) {
  if (way) edit.refine(from.x, from.y, (way === 'cut') !== more);
  else if (object) prompts.toggleObject(find(store.get(), object));
  else if (from.inside) prompts.addPoint(from.x, from.y);
  preview.stop();
  drawTip(null);
}

function negative(event) {
  const { picture, server, tool } = store.get();
  if (!picture || event.target.closest('.welcome, .edit')) return;
  event.preventDefault();
  const place = toPicture(event.clientX, event.clientY);
  if (!place.inside) return;
  if (refines(tool)) return edit.refine(place.x, place.y, tool === 'add');
  if (server?.capabilities.negative_points) prompts.addPoint(place.x, place.y, 0);
  else announce(t('negative.unknown'));
}

function hover(event, place, tool) {
  const key = objectAt(event);
  const object = key && find(store.get(), key);
  light(event.target.closest?.('[data-object]')?.dataset.object ?? null);
  const bounds = byId('world').getBoundingClientRect();
  drawTip(object ? `${object.label}${object.score > 0 ? ` · ${number(object.score, 2)}` : ''}` : null, event.clientX - bounds.left, event.clientY - bounds.top);
  const looks = (tool === 'point' || refines(tool) || (tool === 'select' && !object)) && event.pointerType !== 'touch' && !space;
  if (!looks || !place.inside || event.target.closest('.marker, .handle, .edit')) {
    last = null;
    return preview.stop();
  }
  if (preview.same(last, place, currentScale())) return;
  last = place;
  preview.wantPoint(place.x, place.y);
}

// The brush's size as a circle under the pointer.
function follow(event) {
  const circle = byId('brush-cursor');
  const { tool, brushSize } = store.get();
  show(circle, paints(tool) && event.pointerType !== 'touch');
  const bounds = stage.getBoundingClientRect();
  circle.style.width = circle.style.height = `${brushSize}px`;
  circle.style.transform = `translate(${event.clientX - bounds.left - brushSize / 2}px, ${event.clientY - bounds.top - brushSize / 2}px)`;
}

function pinch(event, finger) {
  if (!finger) return;
  const other = [...fingers.entries()].find(([id]) => id !== event.pointerId)?.[1];
  if (other) {
    const before = Math.hypot(finger.x - other.x, finger.y - other.y);
    const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
    pan((event.clientX - finger.x) / 2, (event.clientY - finger.y) / 2);
    if (before > 0) zoom(after / before, (event.clientX + other.x) / 2, (event.clientY + other.y) / 2);
  }
  Object.assign(finger, { x: event.clientX, y: event.clientY });
}

/** Whether the space bar is down: dragging moves the picture. */
export function holdSpace(held) {
  space = held;
  stage.classList.toggle('grab', held);
}

/** Gives up what is being drawn. Returns whether there was something. */
export function giveUp() {
  const had = action !== null;
  begin({});
  action = null;
  return had;
}

/** Listens. */
export function start() {
  stage.addEventListener('pointerdown', down);
  stage.addEventListener('pointermove', move);
  stage.addEventListener('pointerup', up);
  stage.addEventListener('pointercancel', up);
  stage.addEventListener('contextmenu', negative);
  stage.addEventListener('pointerleave', () => {
    preview.stop();
    light(null);
    drawTip(null);
    last = null;
    show(byId('brush-cursor'), false);
  });
  stage.addEventListener('wheel', event => {
    if (!store.get().picture) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), event.clientX, event.clientY);
  }, { passive: false });
  onMove(scale => { byId('zoom-fit').textContent = byId('world').hidden ? '–' : `${number(100 * scale)} %`; });
}
