// What lies on the picture: masks as outlines in an SVG whose view box is the picture, markers as buttons at percentages.
import * as store from './store.js';
import * as edit from './edit.js';
import { byId, make, makeSvg, show } from './dom.js';
import { onLanguage, t } from './i18n.js';
import * as handles from './handles.js';
import * as light from './light.js';
import { find, promptKey, promptName, visible } from './objects.js';
import { css } from './palette.js';
import * as prompts from './prompts.js';
import { currentScale } from './viewport.js';

const masks = byId('masks');
const over = byId('preview');
let drawn = [];
let marked = '';

function drawMasks(state) {
  const objects = state.picture ? visible(state) : [];
  const selected = new Set(state.prompts.map(prompt => prompt.from));
  const look = objects.flatMap(object => [object.key, selected.has(object.key), object.color, object.mask]);
  if (look.length === drawn.length && look.every((part, index) => part === drawn[index])) return;
  drawn = look;
  masks.replaceChildren(...objects.map(object => maskPath(object, selected.has(object.key) ? 'mask chosen' : 'mask')));
  light.refresh();
}

function maskPath(object, kind) {
  const path = makeSvg('path', { d: object.path, class: kind, 'fill-rule': 'evenodd', 'data-object': object.key });
  path.style.setProperty('--color', css(object.color));
  return path;
}

// The user's marks as buttons; those that went with a question that is shown stay to be seen, but can no longer be changed.
function drawMarkers(state) {
  const { picture } = state;
  const past = picture ? state.turns.filter(turn => state.groups[turn.id]).flatMap(turn => turn.prompts) : [];
  const current = picture ? state.prompts : [];
  const look = JSON.stringify([...current, ...past].map(prompt => [prompt.id, prompt.shape, state.found[prompt.shape]?.busy, past.includes(prompt), promptName(prompt)]));
  if (look === marked) return;
  marked = look;
  const focused = document.activeElement?.dataset?.prompt;
  over.querySelector('.shapes')?.remove();
  over.prepend(makeSvg('g', { class: 'shapes' }, ...[...past, ...current].map(shape).filter(Boolean)));
  byId('markers').replaceChildren(...past.map(prompt => marker(prompt, picture, false)), ...current.map(prompt => marker(prompt, picture, state.found[prompt.shape]?.busy)));
  for (const prompt of past) byId('markers').querySelector(`[data-prompt="${prompt.id}"]`).inert = true;
  handles.again();
  if (focused) byId('markers').querySelector(`[data-prompt="${focused}"]`)?.focus();
  light.refresh();
}

function shape(prompt) {
  if (prompt.kind !== 'box' && prompt.kind !== 'brush') return null;
  const [left, top, right, bottom] = prompt.box;
  const element = prompt.kind === 'box' ? makeSvg('rect', { x: left, y: top, width: right - left, height: bottom - top, class: 'box' })
    : makeSvg('path', { d: prompt.outline, class: 'paint', 'fill-rule': 'evenodd' });
  element.dataset.object = promptKey(prompt);
  element.style.setProperty('--color', css(prompt.color));
  return element;
}

function marker(prompt, picture, busy) {
  const [x, y] = prompt.kind === 'point' ? [prompt.x, prompt.y] : prompt.box;
  const button = make('button', {
    type: 'button', class: `marker kind-${prompt.kind}${prompt.label === 0 ? ' negative' : ''}${busy ? ' busy' : ''}`,
    'aria-label': t('mark.label', { name: promptName(prompt) }), title: t(prompt.kind === 'object' ? 'mark.deselect' : 'mark.remove'), data: { object: promptKey(prompt), prompt: prompt.id },
  }, prompt.label === 0 ? '−' : String(prompt.number));
  button.style.left = `${100 * x / picture.width}%`;
  button.style.top = `${100 * y / picture.height}%`;
  button.style.setProperty('--color', css(prompt.color));
  return button;
}

function frame({ picture }) {
  if (!picture) return;
  for (const svg of [masks, over]) svg.setAttribute('viewBox', `0 0 ${picture.width} ${picture.height}`);
}

/** Shows what is being pointed at, before it is placed; null for nothing. */
export function drawPreview(path) {
  over.querySelector('.guess')?.remove();
  if (path) over.append(makeSvg('path', { d: path, class: 'guess', 'fill-rule': 'evenodd' }));
}

/** Shows a box that is being drawn; null for none. */
export function drawBox(box) {
  over.querySelector('.draft')?.remove();
  if (box) over.append(makeSvg('rect', { x: box[0], y: box[1], width: box[2] - box[0], height: box[3] - box[1], class: 'draft box' }));
}

/** Shows a stroke that is being painted; null for none. */
export function drawStroke(stroke) {
  over.querySelector('.stroke')?.remove();
  if (!stroke) return;
  const points = stroke.points.length === 1 ? [...stroke.points, stroke.points[0]] : stroke.points;
  over.append(makeSvg('polyline', { points: points.join(' '), class: stroke.erase ? 'stroke erase' : 'stroke', 'stroke-width': stroke.size }));
}

/** Shows the keyboard's cursor; null for none. */
export function drawCursor(place) {
  over.querySelector('.cursor')?.remove();
  if (!place) return;
  const reach = 14 / currentScale();
  over.append(makeSvg('path', { class: 'cursor', d: `M${place.x - reach} ${place.y}h${2 * reach}M${place.x} ${place.y - reach}v${2 * reach}` }));
}

/** Shows the name of an object beside the pointer; null for none. */
export function drawTip(words, x, y) {
  const tip = byId('tip');
  show(tip, words !== null);
  if (words === null) return;
  tip.textContent = words;
  tip.style.left = `${x}px`;
  tip.style.top = `${y}px`;
}

// A mask that is not shown still appears while its phrase or row is lit.
function drawGhost(key) {
  over.querySelector('.ghost')?.remove();
  if (key === null || masks.querySelector(`[data-object="${CSS.escape(key)}"]`)) return;
  const object = find(store.get(), key);
  if (object) over.append(maskPath(object, 'mask ghost lit'));
}

/** Draws on every change. */
export function start() {
  store.watch((state, before) => {
    if (state.picture !== before.picture) frame(state);
    drawMarkers(state);
    drawMasks(state);
    if (state.view !== before.view) {
      byId('world').style.setProperty('--opacity', state.view.opacity / 100);
      byId('world').classList.toggle('outlined', state.view.outlines);
    }
    byId('stage').dataset.mode = state.tool;
    show(byId('encoding'), state.phase.name === 'encoding');
  });
  onLanguage(() => drawMarkers(store.get()));
  light.onLight(drawGhost);
  byId('markers').addEventListener('keydown', markerKey);
}

function markerKey(event) {
  const prompt = store.get().prompts.find(one => String(one.id) === event.target.dataset.prompt);
  if (!prompt) return;
  const step = event.shiftKey ? 1 : 5;
  const [dx, dy] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [0, 0];
  if (event.key === 'Delete' || event.key === 'Backspace') {
    if (prompt.kind === 'object') edit.removeSelected();
    else prompts.remove([prompt.id]);
    byId('stage').focus();
  } else if ((dx || dy) && event.ctrlKey && prompt.box) {
    const [left, top, right, bottom] = prompt.box;
    const { width, height } = store.get().picture;
    const box = [left, top, Math.min(width, Math.max(left + 1, right + dx)), Math.min(height, Math.max(top + 1, bottom + dy))];
    if (prompt.kind === 'box') prompts.setBox(prompt.id, box);
    else edit.lookAgain(box);
  } else if (dx || dy) prompts.move(prompt, dx, dy);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
