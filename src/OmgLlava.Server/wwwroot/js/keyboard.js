// Keys: tools, zoom, undo, and a cursor in the picture for those without a mouse.
import * as store from './store.js';
import { stop } from './chat.js';
import { focus } from './composer.js';
import { byId } from './dom.js';
import { toggle } from './everything.js';
import * as edit from './edit.js';
import { number, t } from './i18n.js';
import { announce } from './notices.js';
import * as menus from './menus.js';
import * as pointer from './pointer.js';
import { step } from './pictures.js';
import * as preview from './preview.js';
import * as prompts from './prompts.js';
import { drawCursor } from './stage.js';
import { chooseTool, resizeBrush } from './tools.js';
import { clamp, currentScale, fit, reveal, zoom } from './viewport.js';

const stage = byId('stage');
let cursor = null;
let corner = null;

const tools = { v: 'select', p: 'point', b: 'brush', e: 'eraser', h: 'pan' };

// Where the keys are, whatever Alt makes of them on a keyboard.
const place = ({ code, key }) => code.startsWith('Key') ? code.slice(3).toLowerCase() : /^Digit[1-9]$/.test(code) ? code.slice(5)
  : { Equal: '+', NumpadAdd: '+', Minus: '-', NumpadSubtract: '-', Digit0: '0', Numpad0: '0', BracketLeft: '[', BracketRight: ']', Slash: '/' }[code] ?? key.toLowerCase();

function shortcut(event) {
  const command = event.ctrlKey || event.metaKey;
  if (command && !event.altKey && event.key.toLowerCase() === 'z') return event.shiftKey ? store.redo() : store.undo();
  if (command && !event.altKey && event.key.toLowerCase() === 'y') return store.redo();
  if (command) return false;
  if (event.key === 'PageDown' || event.key === 'PageUp') return void step(event.key === 'PageDown' ? 1 : -1);
  if (event.key === 'Delete' && edit.selected().length) return edit.removeSelected();
  if (event.key === ' ' && !event.altKey) return document.activeElement === stage || document.activeElement === document.body ? pointer.holdSpace(true) : false;
  if (!event.altKey && !store.get().view.letters) return false;
  const key = place(event);
  if (tools[key]) return chooseTool(tools[key]);
  if (/^[1-9]$/.test(key) && store.get().classes[key - 1]) return edit.label(store.get().classes[key - 1].id);
  switch (key) {
    case '+': case '=': return zoom(1.25);
    case '-': return zoom(0.8);
    case '0': return fit();
    case '[': return resizeBrush(-6);
    case ']': return resizeBrush(6);
    case '/': return event.shiftKey ? byId('help').showModal() : focus();
    case 'a': return void toggle();
    case 'k': return edit.keepMarks();
    default: return false;
  }
}

// Words that are typed while the focus is on no field are meant for the question.
function type(event) {
  const letter = event.key.length === 1 || event.key === 'Process' || event.isComposing;
  if (!letter || event.ctrlKey || event.metaKey || event.altKey || !store.get().picture) return;
  if (event.key === ' ' && (event.target === stage || event.target.matches('button, summary, input'))) return;
  focus(true);
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
  } else if (event.key === 'Enter' && !event.shiftKey) {
    preview.stop();
    if (tool === 'brush' || tool === 'eraser') prompts.addStroke({ points: [[cursor.x, cursor.y]], size: brushSize / currentScale(), erase: tool === 'eraser' });
    else if (tool === 'add' || tool === 'cut') edit.refine(cursor.x, cursor.y, tool === 'cut');
    else prompts.addPoint(cursor.x, cursor.y);
  } else if (event.key === 'Enter') {
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
      if (menus.close()) return;
      corner = null;
      if (pointer.giveUp()) return;
      if (['add', 'cut'].includes(store.get().tool)) return chooseTool('select');
      stop();
      return;
    }
    if (event.target.closest('input:not([type=range]):not([type=checkbox]), select, textarea, [contenteditable=true], dialog')) return;
    if (event.target === stage && store.get().picture && !event.ctrlKey && !event.metaKey && !event.altKey && steer(event) !== false) return event.preventDefault();
    if (shortcut(event) !== false) event.preventDefault();
    else type(event);
  });
  document.addEventListener('keyup', event => { if (event.key === ' ') pointer.holdSpace(false); });
  stage.addEventListener('blur', () => drawCursor(null));
  store.watch((state, before) => { if (state.picture?.doc !== before.picture?.doc) cursor = corner = null; });
}
