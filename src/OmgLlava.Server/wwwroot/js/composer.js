// The question: words with chips, each chip a mark in the picture. Chips and marks come and go together.
import * as store from './store.js';
import { ask, stop } from './chat.js';
import { byId, make, show } from './dom.js';
import { onLanguage, t } from './i18n.js';
import { icon } from './icons.js';
import { fail } from './notices.js';
import { promptKey, promptName } from './objects.js';
import { css } from './palette.js';
import * as prompts from './prompts.js';

const field = byId('question');
let caret = null; // where the next chip goes
let stale = null; // where the browser's caret was left when a chip went elsewhere

/** The chip of a mark. */
export function chip(prompt, removable) {
  const element = make('span', {
    class: `chip kind-${prompt.kind}${prompt.label === 0 ? ' negative' : ''}`, contenteditable: removable ? 'false' : null, tabindex: removable ? null : '0',
    data: { object: promptKey(prompt), prompt: prompt.id },
  }, make('i', { 'aria-hidden': 'true' }), promptName(prompt));
  if (removable) {
    element.append(make('button', {
      type: 'button', tabindex: '-1', 'aria-label': `${t('mark.remove')} ${promptName(prompt)}`, on: { click: () => prompts.remove([prompt.id]) },
    }, icon('close')));
  }
  element.style.setProperty('--color', css(prompt.color));
  return element;
}

/** The question in parts: texts and { prompt }. */
export function parts() {
  const known = store.get().prompts;
  const result = [];
  const read = node => {
    if (node.nodeType === Node.TEXT_NODE) result.push(node.data.replace(/\u00a0/g, ' '));
    else if (node.dataset?.prompt) result.push({ prompt: known.find(prompt => String(prompt.id) === node.dataset.prompt) });
    else if (node.nodeName === 'BR') result.push('\n');
    else node.childNodes.forEach(read);
  };
  field.childNodes.forEach(read);
  const merged = [];
  for (const part of result.filter(one => one !== '' && one.prompt !== undefined || typeof one === 'string')) {
    if (typeof part === 'string' && typeof merged.at(-1) === 'string') merged[merged.length - 1] += part;
    else merged.push(part);
  }
  if (typeof merged[0] === 'string') merged[0] = merged[0].trimStart();
  if (typeof merged.at(-1) === 'string') merged[merged.length - 1] = merged.at(-1).trimEnd();
  return merged.filter(part => part !== '');
}

// Remembers where the caret is in the question, unless it only stayed where it was when a chip was put somewhere else.
function keepCaret() {
  const selection = getSelection();
  if (!selection.rangeCount || !field.contains(selection.anchorNode)) return;
  if (stale?.node === selection.anchorNode && stale.offset === selection.anchorOffset) return;
  stale = null;
  caret = selection.getRangeAt(0).cloneRange();
}

// The start of a line is before a chip that begins it; browsers stop behind the chip.
function goHome(extend) {
  const selection = getSelection();
  selection.modify(extend ? 'extend' : 'move', 'backward', 'lineboundary');
  const { focusNode, focusOffset } = selection;
  if (!field.contains(focusNode) || (focusNode !== field && focusOffset > 0)) return;
  let first = focusNode === field ? field.childNodes[focusOffset] ?? null : focusNode;
  for (let node = first ? first.previousSibling : field.lastChild; node && (node.classList?.contains('chip') || node.data === ''); node = node.previousSibling) first = node;
  const at = first ? [...field.childNodes].indexOf(first) : field.childNodes.length;
  if (extend) selection.extend(field, at);
  else selection.collapse(field, at);
}

function insert(node) {
  keepCaret();
  if (field.lastChild?.nodeName === 'BR') field.lastChild.remove(); // browsers leave one at the end
  if (!caret || !field.contains(caret.startContainer)) {
    field.append(node);
  } else {
    caret.collapse(false);
    caret.insertNode(node);
  }
  const before = node.previousSibling;
  if (before?.nodeType === Node.TEXT_NODE && before.data && !/\s$/.test(before.data)) before.data += ' ';
  if (before && before.nodeType !== Node.TEXT_NODE) node.before(' ');
  if (!/^\s/.test(node.nextSibling?.data ?? '')) node.after('\u00a0');
  caret = document.createRange();
  caret.setStart(node.nextSibling, 1);
  caret.collapse(true);
  const { anchorNode, anchorOffset } = getSelection();
  stale = { node: anchorNode, offset: anchorOffset };
}

function sync(state) {
  const wanted = new Map(state.prompts.map(prompt => [String(prompt.id), prompt]));
  for (const element of field.querySelectorAll('.chip')) {
    const prompt = wanted.get(element.dataset.prompt);
    if (prompt) wanted.delete(element.dataset.prompt);
    else element.remove();
  }
  for (const prompt of wanted.values()) insert(chip(prompt, true));
  empty();
}

function empty() {
  const none = parts().length === 0;
  if (none && field.childNodes.length && !field.textContent.trim()) field.replaceChildren();
  field.classList.toggle('empty', none);
}

function input() {
  const kept = new Set([...field.querySelectorAll('.chip')].map(element => element.dataset.prompt));
  const gone = store.get().prompts.filter(prompt => !kept.has(String(prompt.id)));
  if (gone.length) prompts.remove(gone.map(prompt => prompt.id));
  keepCaret();
  empty();
}

// Browsers differ in whether a chip before the caret can be deleted, so the page does it.
function chipBeforeCaret() {
  const selection = getSelection();
  if (!selection.isCollapsed || !field.contains(selection.anchorNode)) return null;
  const { anchorNode, anchorOffset } = selection;
  if (anchorNode !== field && anchorOffset > 0) return null;
  let node = anchorNode === field ? field.childNodes[anchorOffset - 1] : anchorNode.previousSibling;
  while (node?.nodeType === Node.TEXT_NODE && node.data === '') node = node.previousSibling;
  return node?.classList?.contains('chip') ? node : null;
}

/** Puts words into the question, and the caret after them. */
export function write(words) {
  for (const node of [...field.childNodes]) if (!node.classList?.contains('chip')) node.remove();
  field.prepend(words);
  focus();
  empty();
}

/** Goes to the end of the question, or to where the caret was in it. */
export function focus(back = false) {
  keepCaret();
  field.focus();
  if (back && caret && field.contains(caret.startContainer)) {
    getSelection().removeAllRanges();
    return getSelection().addRange(caret.cloneRange());
  }
  getSelection().selectAllChildren(field);
  getSelection().collapseToEnd();
}

/** Sends the question; while another is answered it waits its turn. */
export function submit() {
  const { task } = store.get();
  const said = parts();
  if (said.length === 0) return fail(t(task === 'segment' ? 'error.expression' : 'error.question'));
  clear();
  return ask(task, said);
}

/** Puts a question that was sent back into the field, with its marks. */
export function restore(turn) {
  clear();
  const marks = turn.prompts.filter(prompt => !store.get().prompts.some(one => one.id === prompt.id));
  for (const part of turn.parts) field.append(typeof part === 'string' ? part : chip(part.prompt, true));
  store.set({ task: turn.task === 'segment' ? 'segment' : 'ask' });
  store.setPrompts([...store.get().prompts, ...marks]);
  focus();
  empty();
}

/** Empties the question; its marks go with it. */
export function clear() {
  field.replaceChildren();
  caret = null;
  empty();
}

function labels(state = store.get()) {
  field.dataset.placeholder = t(state.task === 'segment' ? 'question.segment' : state.turns.length ? 'question.ask.more' : 'question.ask');
  for (const button of document.querySelectorAll('[data-task]')) {
    button.setAttribute('aria-checked', String(button.dataset.task === state.task));
    button.tabIndex = button.dataset.task === state.task ? 0 : -1;
  }
}

/** Listens. */
export function start() {
  store.watch((state, before) => {
    if (state.prompts !== before.prompts) sync(state);
    labels(state);
    const answering = state.phase.name === 'answering';
    show(byId('stop'), answering);
    byId('send').disabled = !state.picture || state.phase.name === 'encoding';
    byId('send').title = t(answering ? 'send.queue' : 'send');
    field.setAttribute('aria-disabled', String(!state.picture));
  });
  onLanguage(() => {
    labels();
    for (const element of field.querySelectorAll('.chip')) element.replaceWith(chip(store.get().prompts.find(prompt => String(prompt.id) === element.dataset.prompt), true));
  });
  field.addEventListener('input', input);
  field.addEventListener('keyup', keepCaret);
  field.addEventListener('blur', keepCaret);
  field.addEventListener('click', event => {
    const clicked = event.target.closest('.chip');
    if (clicked?.isConnected) getSelection().collapse(clicked.nextSibling ?? field, clicked.nextSibling ? 1 : field.childNodes.length);
    keepCaret();
  });
  field.addEventListener('paste', event => {
    const words = event.clipboardData.getData('text/plain');
    if (event.defaultPrevented || !words) return;
    event.preventDefault();
    document.execCommand('insertText', false, words);
  });
  field.addEventListener('keydown', event => {
    const gone = event.key === 'Backspace' ? chipBeforeCaret() : null;
    if (gone) {
      event.preventDefault();
      prompts.remove([gone.dataset.prompt]);
      return;
    }
    if (event.key === 'Home' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      return goHome(event.shiftKey);
    }
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return; // Enter ends a syllable while Korean is being composed
    event.preventDefault();
    byId('ask').requestSubmit();
  });
  byId('ask').addEventListener('submit', event => {
    event.preventDefault();
    if (['ready', 'answering', 'looking'].includes(store.get().phase.name)) submit();
  });
  byId('stop').addEventListener('click', stop);
  for (const button of document.querySelectorAll('[data-task]')) {
    button.addEventListener('click', () => {
      store.set({ task: button.dataset.task });
      focus();
    });
  }
}
