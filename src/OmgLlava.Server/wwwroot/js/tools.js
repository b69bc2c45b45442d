// The tools and the view: what is chosen, what it means, and what can be undone.
import * as store from './store.js';
import { byId, show } from './dom.js';
import { onLanguage, t } from './i18n.js';
import * as preview from './preview.js';
import * as prompts from './prompts.js';
import { fit, zoom } from './viewport.js';

const touch = matchMedia('(pointer: coarse)');

/** Takes a tool; taking the brush again begins another region. */
export function chooseTool(tool) {
  preview.stop();
  if (tool === 'brush' && store.get().tool !== 'eraser') prompts.endPainting();
  store.set({ tool });
}

/** Makes the brush larger or smaller by screen pixels. */
export const resizeBrush = by => store.set({ brushSize: Math.min(160, Math.max(4, store.get().brushSize + by)) });

function hint({ tool, server, picture }) {
  if (!picture) return '';
  if (touch.matches && tool === 'point') return t('hint.touch');
  if (store.get().prompts.some(prompt => prompt.kind === 'object') && ['brush', 'eraser'].includes(tool)) return t(`hint.${tool}.object`);
  return t(tool === 'point' && !server?.capabilities.negative_points ? 'hint.point.plain' : `hint.${tool}`);
}

function draw(state) {
  for (const button of document.querySelectorAll('.tools [data-tool]')) {
    const chosen = button.dataset.tool === state.tool;
    button.setAttribute('aria-checked', String(chosen));
    button.tabIndex = chosen ? 0 : -1;
    button.disabled = !state.picture;
  }
  if (['add', 'cut'].includes(state.tool) && state.prompts.every(prompt => prompt.kind !== 'object')) queueMicrotask(() => store.set({ tool: 'select' }));
  show(byId('brush-size-field'), state.tool === 'brush' || state.tool === 'eraser');
  byId('brush-size').value = state.brushSize;
  const { undo, redo } = store.history();
  byId('undo').disabled = !undo;
  byId('redo').disabled = !redo;
  byId('clear').disabled = state.prompts.length === 0;
  for (const id of ['zoom-in', 'zoom-out', 'zoom-fit']) byId(id).disabled = !state.picture;
  byId('hint').textContent = hint(state);
}

const view = patch => store.set({ view: { ...store.get().view, ...patch } });

/** Listens. */
export function start() {
  store.watch(draw);
  onLanguage(() => draw(store.get()));
  for (const button of document.querySelectorAll('.tools [data-tool]')) button.addEventListener('click', () => chooseTool(button.dataset.tool));
  document.querySelector('.tools [role=radiogroup]').addEventListener('keydown', event => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const all = [...document.querySelectorAll('.tools [data-tool]')];
    const next = all[(all.findIndex(button => button.dataset.tool === store.get().tool) + by + all.length) % all.length];
    chooseTool(next.dataset.tool);
    next.focus();
  });
  byId('brush-size').addEventListener('input', event => store.set({ brushSize: Number(event.target.value) }));
  byId('undo').addEventListener('click', store.undo);
  byId('redo').addEventListener('click', store.redo);
  byId('clear').addEventListener('click', prompts.clear);
  byId('zoom-in').addEventListener('click', () => zoom(1.25));
  byId('zoom-out').addEventListener('click', () => zoom(0.8));
  byId('zoom-fit').addEventListener('click', fit);
  byId('opacity').addEventListener('input', event => view({ opacity: Number(event.target.value) }));
  byId('least-score').addEventListener('input', event => view({ leastScore: Number(event.target.value) / 100 }));
  byId('outlines').addEventListener('change', event => view({ outlines: event.target.checked }));
  view({ letters: localStorage.getItem('omg-letters') === 'on' });
  byId('letters').checked = store.get().view.letters;
  byId('letters').addEventListener('change', event => {
    view({ letters: event.target.checked });
    localStorage.setItem('omg-letters', event.target.checked ? 'on' : 'off');
  });
  byId('by-class').addEventListener('change', event => view({ byClass: event.target.checked }));
  byId('live').addEventListener('change', event => view({ live: event.target.checked }));
}
