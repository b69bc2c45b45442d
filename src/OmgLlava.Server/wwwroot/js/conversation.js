// The conversation as it is read: questions with chips, answers with coloured phrases.
import * as store from './store.js';
import { absent, renew, resume, retry, rewind, takeBack } from './chat.js';
import { copy } from './clipboard.js';
import { chip, restore } from './composer.js';
import { byId, make, show } from './dom.js';
import { number, onLanguage, t } from './i18n.js';
import { icon } from './icons.js';
import { hurry } from './jobs.js';
import * as light from './light.js';
import { contextSize, isFull, used } from './meter.js';
import { announce } from './notices.js';
import { find, only, resolve } from './objects.js';
import { css } from './palette.js';
import * as prompts from './prompts.js';

const list = byId('turns');
const narrow = matchMedia('(max-width: 900px)');
const shown = new Map(); // turn id -> { turn, element }

function question(turn) {
  const lead = { ask: '', segment: t('said.segment'), describe: t('said.describe'), ground: t('said.ground'), caption: t('said.caption') }[turn.task];
  const wording = make('button', { class: 'icon small reword', type: 'button', 'aria-label': t('said.edit'), title: t('said.edit'), on: { click: () => { rewind(turn); restore(turn); } } }, icon('pencil'));
  const editable = ['ask', 'segment'].includes(turn.task) && ['done', 'failed', 'stopped'].includes(turn.status);
  return make('div', { class: 'asked' }, editable && wording, make('p', { class: 'said' }, make('span', { class: 'spoken' }, `${t('you')}: `), lead, ...turn.parts.map(part => typeof part === 'string' ? part : chip(part.prompt, false))));
}

// A phrase in its mask's colour; a mask without words gets a numbered pill; what is not there is struck out.
function phrase(turn, span, words) {
  const segment = turn.segments[span.index];
  const key = resolve(store.get(), `${turn.id}:${span.index}`);
  const kept = find(store.get(), key);
  const there = segment?.found;
  const name = words || segment?.name || t('object', { n: span.index + 1 });
  const element = make('span', {
    class: `phrase${words ? '' : ' bare'}${segment && !there ? ' absent' : ''}${segment ? '' : ' open'}`, data: { object: key },
    role: there ? 'button' : null, tabindex: there ? '0' : null, title: there ? t('object.ask', { name }) : null,
  }, name);
  if (there) element.style.setProperty('--color', css(kept?.color ?? segment.color));
  return element;
}

function words(turn) {
  const spans = [...turn.spans].sort((a, b) => a.start - b.start || a.index - b.index);
  const nodes = [];
  let at = 0;
  for (const span of spans) {
    if (span.start < at) continue; // phrases do not overlap; were one to, the first wins
    nodes.push(turn.text.slice(at, span.start));
    if (span.end > span.start || turn.segments[span.index]?.found !== false) nodes.push(phrase(turn, span, turn.text.slice(span.start, span.end)));
    at = span.end;
  }
  return [...nodes, turn.text.slice(at)];
}

// Whether the model was asked something that the user's words do not say; the name of the one thing that was found says it all.
function readOtherwise(turn) {
  const said = turn.parts.filter(part => typeof part === 'string').join('').toLowerCase();
  const read = turn.segments.length === 1 && turn.segments[0].phrase || turn.answer?.asked;
  return ['ask', 'segment'].includes(turn.task) && turn.answer?.asked && !said.includes(read.toLowerCase());
}

function remarks(turn) {
  const missing = turn.segments.filter(segment => !segment.found);
  const result = missing.length ? [make('p', { class: 'remark absent' }, icon('absent'), absent(missing))] : [];
  const also = (kind, text) => result.push(make('p', { class: `remark ${kind}` }, text));
  if (turn.status === 'done' && !turn.text.trim() && turn.segments.length === 0) also('', t('answer.empty'));
  if (turn.status === 'stopped') also('', t('answer.stopped'));
  if (readOtherwise(turn)) also('read', t('answer.asked', { question: turn.answer.asked }));
  if (isFull(turn)) {
    result.push(make('div', { class: 'remark failed', role: 'alert' }, make('p', {}, t('answer.full', { n: number(contextSize()) })),
      make('button', { class: 'quiet', type: 'button', on: { click: renew } }, icon('new'), t('answer.full.new'))));
    return result;
  }
  if (turn.answer && !turn.answer.complete) also('', t('answer.cut'));
  if (turn.status === 'queued') {
    result.push(make('div', { class: 'remark' }, make('p', {}, t('answer.queued')), make('button', { class: 'quiet', type: 'button', on: { click: () => takeBack(turn) } }, icon('close'), t('answer.queued.remove'))));
  }
  if (turn.status === 'delayed') {
    result.push(make('div', { class: 'remark busy', role: 'status' }, make('p', {}, t('answer.delayed', { n: number(turn.seconds) })), make('button', { class: 'quiet', type: 'button', on: { click: hurry } }, icon('retry'), t('answer.delayed.now'))));
  }
  if (turn.status === 'failed') {
    result.push(make('div', { class: 'remark failed', role: 'alert' }, make('p', {}, turn.error),
      make('button', { class: 'quiet', type: 'button', on: { click: () => retry(turn) } }, icon('retry'), t('retry'))));
  }
  return result;
}

function foot(turn, visible) {
  const timings = turn.answer?.timings;
  const found = turn.segments.some(segment => segment.found);
  return make('p', { class: 'foot' },
    timings && make('span', {}, t('answer.timing', { total: number(timings.total_seconds, 1), first: number(timings.first_token_seconds, 1), tokens: timings.tokens })),
    turn.text.trim() && turn.status === 'done' && make('button', { class: 'quiet', type: 'button', data: { copy: turn.id }, on: { click: () => copy(turn.text).then(() => announce(t('copied'))) } }, icon('copy'), t('copy')),
    found && !visible && make('button', { class: 'quiet', type: 'button', on: { click: () => store.set({ groups: only(turn.id) }) } }, icon('eye'), t('answer.show')));
}

function render(turn, visible) {
  const answer = make('div', { class: `answer ${turn.status}` }, make('span', { class: 'spoken' }, `${t('model')}: `), ...words(turn));
  if (turn.status === 'waiting') answer.append(make('span', { class: 'thinking' }, t('answer.thinking')));
  if (turn.status === 'streaming') answer.append(make('span', { class: 'caret', 'aria-hidden': 'true' }));
  return make('article', { class: 'turn', data: { turn: turn.id } }, question(turn), answer, ...remarks(turn), foot(turn, visible));
}

function draw(state) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const before = shown.size;
  for (const [id, { element }] of shown) {
    if (!state.turns.some(turn => turn.id === id)) {
      element.remove();
      shown.delete(id);
    }
  }
  for (const turn of state.turns) {
    const visible = state.groups[turn.id] === true;
    const old = shown.get(turn.id);
    if (old?.turn === turn && old.visible === visible && old.objects === state.objects) continue;
    const element = render(turn, visible);
    if (old) old.element.replaceWith(element);
    else list.append(element);
    if (!old && narrow.matches) element.scrollIntoView({ block: 'nearest' });
    shown.set(turn.id, { turn, visible, element, objects: state.objects });
  }
  show(byId('new-chat'), state.turns.length > 0);
  drawChats(state);
  drawMeter(state);
  light.refresh();
  if (atEnd || state.turns.length > before) list.scrollTop = list.scrollHeight;
}

function drawChats({ chats }) {
  show(byId('chats'), chats.length > 0);
  const name = ({ turns: [first] }) => first.parts.map(part => typeof part === 'string' ? part : part.prompt.name ?? '…').join('') || t(`do.${first.task}`, { mark: '' });
  byId('chat-list').replaceChildren(...chats.map(chat => make('button', { type: 'button', class: 'row', on: { click: () => { byId('chats').open = false; resume(chat.id); } } },
    make('span', { class: 'chat-name' }, name(chat)), make('span', { class: 'count' }, String(chat.turns.length)))));
}

function drawMeter({ turns }) {
  const size = contextSize();
  const part = size ? used(turns) / size : 0;
  show(byId('meter'), part > 0);
  byId('meter-bar').value = Math.min(1, part);
  byId('meter').classList.toggle('high', part > 0.8);
  const words = t('meter', { percent: number(100 * Math.min(1, part)), used: number(used(turns)), size: number(size ?? 0) });
  byId('meter').title = words;
  byId('meter-bar').setAttribute('aria-label', words);
  byId('meter-words').textContent = t('meter.short', { percent: number(100 * Math.min(1, part)) });
}

function pick(event) {
  const element = event.target.closest('.phrase[role=button]');
  if (!element || (event.type === 'keydown' && event.key !== 'Enter' && event.key !== ' ')) return;
  event.preventDefault();
  const object = find(store.get(), element.dataset.object);
  if (object) prompts.toggleObject(object);
}

/** Draws on every change. */
export function start() {
  store.watch((state, before) => { if (['turns', 'groups', 'chats', 'objects', 'server'].some(part => state[part] !== before[part])) draw(state); });
  onLanguage(() => {
    for (const { element } of shown.values()) element.remove();
    shown.clear();
    draw(store.get());
  });
  list.addEventListener('click', pick);
  list.addEventListener('keydown', pick);
  byId('new-chat').addEventListener('click', renew);
}
