// Asking: a question goes to the server with the turns before it; its answer comes in pieces, also while another picture is shown.
import * as api from './api.js';
import * as documents from './documents.js';
import * as jobs from './jobs.js';
import * as pictures from './pictures.js';
import * as store from './store.js';
import { t } from './i18n.js';
import { announce, explain } from './notices.js';
import { only, withPath } from './objects.js';
import { freeIndices } from './palette.js';
import { toApi } from './prompts.js';

const words = parts => parts.map(part => typeof part === 'string' ? part : part.prompt.kind === 'point' ? '<mark>' : '<region>').join('');
const promptsOf = parts => parts.flatMap(part => typeof part === 'string' ? [] : [part.prompt]);

/**
 * Asks about a picture, the one that is shown without a name: a task of the API, and the question in parts (texts and { prompt }). The user's marks go with
 * the question. While something else is answered it waits.
 */
export function ask(task, parts, { picture = store.get().picture.doc, batch = null } = {}) {
  const turn = { id: store.newId(), task, parts, prompts: promptsOf(parts), text: '', spans: [], segments: [], status: 'queued', error: null, answer: null };
  const shown = store.get().picture?.doc === picture;
  if (shown && !batch) store.startPrompts();
  documents.patch(picture, { turns: [...documents.get(picture).turns, turn], ...(shown && batch ? {} : { groups: only(turn.id) }) });
  return jobs.enqueue({
    picture, batch, kind: 'answering', turn: turn.id,
    run: signal => answer(picture, turn, signal),
    dropped: () => documents.setTurn(picture, turn.id, { status: 'stopped' }),
  });
}

async function answer(picture, turn, signal) {
  const all = documents.get(picture).turns;
  const history = all.slice(0, all.findIndex(one => one.id === turn.id)).filter(one => one.text && one.status !== 'failed').map(past);
  const delayed = seconds => documents.setTurn(picture, turn.id, seconds === null ? { status: 'waiting' } : { status: 'delayed', seconds });
  documents.setTurn(picture, turn.id, { status: 'waiting' });
  try {
    await jobs.patiently(() => pictures.use(id => receive(picture, turn, api.chat(id, { ...request(turn), history }, signal)), picture, signal), signal, delayed);
  } catch (error) {
    if (error.name === 'AbortError') documents.setTurn(picture, turn.id, { status: 'stopped' });
    else documents.setTurn(picture, turn.id, { status: 'failed', error: explain(error), code: error.code });
  }
}

// A task that says by itself what is asked has no words of the user.
const request = turn => ({ task: turn.task, prompts: turn.prompts.map(toApi), question: ['ask', 'segment'].includes(turn.task) ? words(turn.parts) : '' });

const past = turn => ({ ...request(turn), answer: { text: turn.text, grounding: turn.spans.map(({ start, end }) => ({ start, end })) } });

async function receive(picture, { id, task, parts, prompts }, events) {
  const set = changes => documents.setTurn(picture, id, changes);
  const shown = () => store.get().picture?.doc === picture;
  const used = prompts.map(prompt => prompt.color);
  const expression = task === 'segment' && parts.every(part => typeof part === 'string') ? words(parts) : ''; // names a mask that has no words
  const colored = segment => ({ ...withPath(segment), name: segment.phrase || expression, color: freeIndices(used, segment.index + 1)[segment.index] });
  let text = '';
  let spans = [];
  let segments = [];
  for await (const [name, data] of events) {
    if (name === 'text') {
      if (data.phrase !== null && data.phrase !== undefined) spans = grow(spans, data.phrase, text.length, text.length + data.text.length);
      text += data.text;
      set({ text, spans, status: 'streaming' });
    }
    if (name === 'segment') {
      segments = [...segments, colored(data)];
      spans = [...spans.filter(span => span.index !== data.index), { index: data.index, start: data.start, end: data.end }];
      set({ segments, spans, status: 'streaming' });
      if (data.found && shown() && store.get().tool === 'point') store.set({ tool: 'select' });
    }
    if (name === 'done') {
      // A segment that came before keeps its outline; one that is not in the picture comes only now.
      segments = data.grounding.map((entry, index) => segments[index] ?? colored({ ...entry, index }));
      spans = data.grounding.map(({ start, end }, index) => ({ index, start, end }));
      set({ text: data.text, spans, segments, answer: { complete: data.complete, timings: data.timings, asked: data.asked }, status: 'done' });
      const missing = segments.filter(one => !one.found);
      if (shown()) announce(missing.length ? `${data.text} ${absent(missing)}` : data.text, true);
    }
  }
}

const grow = (spans, index, from, to) => spans.some(span => span.index === index)
  ? spans.map(span => span.index === index ? { ...span, end: to } : span)
  : [...spans, { index, start: from, end: to }];

/** How it is said that something is not there. */
export function absent(segments) {
  const names = [...new Map(segments.filter(segment => segment.name).map(({ name }) => [name.toLowerCase(), name])).values()];
  return names.length ? t('answer.absent', { what: names.join('”, “') }) : t('answer.absent.unnamed');
}

/** Stops the answer. */
export const stop = () => jobs.stop();

/** Asks a question that failed again. */
export function retry(turn) {
  store.set({ turns: store.get().turns.filter(one => one.id !== turn.id) });
  return ask(turn.task, turn.parts);
}

/** Takes a question back that waits. */
export function takeBack(turn) {
  jobs.drop(job => job.turn === turn.id);
  store.set({ turns: store.get().turns.filter(one => one.id !== turn.id) });
}

const shelved = ({ turns, chats }) => turns.length ? [...chats, { id: store.newId(), turns }] : chats;

/** Begins a new conversation about the same picture; the one before is kept with the earlier ones. */
export function renew() {
  const state = store.get();
  jobs.drop(job => job.picture === state.picture.doc && job.kind === 'answering');
  store.set({ turns: [], chats: shelved(store.get()), groups: state.groups.objects ? only('objects') : {} });
}

/** Goes back to an earlier conversation; the one that is left is kept. */
export function resume(id) {
  const { chats } = store.get();
  const chat = chats.find(one => one.id === id);
  store.set({ turns: chat.turns, chats: shelved(store.get()).filter(one => one !== chat), groups: only(chat.turns.at(-1).id) });
}

/** Goes back to before a question, to ask it in other words; the conversation as it was is kept with the earlier ones. */
export function rewind(turn) {
  const state = store.get();
  store.set({ turns: state.turns.slice(0, state.turns.findIndex(one => one.id === turn.id)), chats: shelved(state) });
}
