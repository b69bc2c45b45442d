// Keys: tools, zoom, undo, and a cursor in the picture for those without a mouse.
import * as store from './store.js';
import { stop } from './chat.js';
import { focus } from './composer.js';
import { byId } from './dom.js';
import { toggle } from './everything.js';
import { number, t } from './i18n.js';
import { announce } from './notices.js';
import * as pointer from './pointer.js';
import * as preview from './preview.js';
import * as prompts from './prompts.js';
import { drawCursor } from './stage.js';
import { chooseTool, resizeBrush } from './tools.js';
import { clamp, currentScale, fit, reveal, zoom } from './viewport.js';

const stage = byId('stage');
let cursor = null;
let corner = null;

const tools = { v: 'select', p: 'point', b: 'brush', e: 'eraser', h: 'pan' };

function shortcut(event) {
  const key = event.key.toLowerCase();
  const command = event.ctrlKey || event.metaKey;
  if (command && key === 'z') return event.shiftKey ? store.redo() : store.undo();
  if (command && key === 'y') return store.redo();
  if (command || event.altKey) return false;
  if (tools[key]) return chooseTool(tools[key]);
  switch (event.key) {
    case '+': case '=': return zoom(1.25);
    case '-': return zoom(0.8);
    case '0': return fit();
    case '[': return resizeBrush(-6);
    case ']': return resizeBrush(6);
    case '/': return focus();
    case '?': return byId('help').showModal();
    case 'a': case 'A': return void toggle();
    case ' ': return document.activeElement === stage || document.activeElement === document.body ? pointer.holdSpace(true) : false;
    default: return false;
  }
}

function steer(event) {
  const { picture, tool, brushSize } = store.get();
  const step = (event.shiftKey ? 1 : 12 / currentScale());
  const [dx, dy] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [0, 0];
  cursor ??= { x: picture.width / 2, y: picture.height / 2 };
  if (dx || dy) {
    cursor = clamp(cursor.x + dx, cursor.y + dy);
    reveal(cursor.x, cursor.y);
    drawCursor(cursor);
    preview.wantPoint(cursor.x, cursor.y);
    announce(t('cursor.at', { x: number(cursor.x), y: number(cursor.y) }), true);
  } else if (event.key === 'Enter') {
    preview.stop();
    if (tool === 'brush' || tool === 'eraser') prompts.addStroke({ points: [[cursor.x, cursor.y]], size: brushSize / currentScale(), erase: tool === 'eraser' });
    else prompts.addPoint(cursor.x, cursor.y);
  } else if (event.key.toLowerCase() === 'x') {
    if (!corner) {
      corner = cursor;
      announce(t('box.corner', { x: number(corner.x), y: number(corner.y) }));
      return;
    }
    const box = [Math.min(corner.x, cursor.x), Math.min(corner.y, cursor.y), Math.max(corner.x, cursor.x), Math.max(corner.y, cursor.y)];
    corner = null;
    if (box[2] > box[0] && box[3] > box[1]) prompts.addBox(box);
  } else return false;
}

/** Listens. */
export function start() {
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && !document.querySelector('dialog[open]')) {
      corner = null;
      if (!pointer.giveUp()) stop();
      return;
    }
    if (event.target.closest('input:not([type=range]):not([type=checkbox]), select, textarea, [contenteditable=true], dialog')) return;
    if (event.target === stage && store.get().picture && !event.ctrlKey && !event.metaKey && steer(event) !== false) return event.preventDefault();
    if (shortcut(event) !== false) event.preventDefault();
  });
  document.addEventListener('keyup', event => { if (event.key === ' ') pointer.holdSpace(false); });
  stage.addEventListener('blur', () => drawCursor(null));
  store.watch((state, before) => { if (state.picture !== before.picture) cursor = corner = null; });
}
