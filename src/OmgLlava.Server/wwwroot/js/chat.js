// Asking: a question goes to the server with the turns before it; its answer comes in pieces.
import * as api from './api.js';
import * as pictures from './pictures.js';
import * as store from './store.js';
import { t } from './i18n.js';
import { announce, explain } from './notices.js';
import { only, withPath } from './objects.js';
import { freeIndices } from './palette.js';
import { toApi } from './prompts.js';

let running = null;
let count = 0;

const words = parts => parts.map(part => typeof part === 'string' ? part : part.prompt.kind === 'point' ? '<mark>' : '<region>').join('');
const promptsOf = parts => parts.flatMap(part => typeof part === 'string' ? [] : [part.prompt]);

/** Asks: a task of the API, and the question in parts (texts and { prompt }). The user's marks go with the question. */
export async function ask(task, parts) {
  const { picture } = store.get();
  const turn = {
    id: `turn${++count}`, task, parts, prompts: promptsOf(parts), text: '', spans: [], segments: [], status: 'waiting', error: null, answer: null,
  };
  const history = store.get().turns.filter(one => one.text && one.status !== 'failed').map(past);
  store.startPrompts();
  store.set({ turns: [...store.get().turns, turn], groups: only(turn.id) });
  store.enter('answering');
  running = new AbortController();
  try {
    await pictures.use(id => receive(turn, api.chat(id, { ...request(turn), history }, running.signal)));
  } catch (error) {
    if (error.name === 'AbortError') store.setTurn(turn.id, { status: 'stopped' });
    else store.setTurn(turn.id, { status: 'failed', error: explain(error), code: error.code });
  } finally {
    if (store.get().picture === picture) store.enter('ready');
  }
}

// A task that says by itself what is asked has no words of the user.
const request = turn => ({ task: turn.task, prompts: turn.prompts.map(toApi), question: ['ask', 'segment'].includes(turn.task) ? words(turn.parts) : '' });

const past = turn => ({ ...request(turn), answer: { text: turn.text, grounding: turn.spans.map(({ start, end }) => ({ start, end })) } });

async function receive({ id, task, parts, prompts }, events) {
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
      store.setTurn(id, { text, spans, status: 'streaming' });
    }
    if (name === 'segment') {
      segments = [...segments, colored(data)];
      spans = [...spans.filter(span => span.index !== data.index), { index: data.index, start: data.start, end: data.end }];
      store.setTurn(id, { segments, spans, status: 'streaming' });
      if (data.found && store.get().tool === 'point') store.set({ tool: 'select' });
    }
    if (name === 'done') {
      // A segment that came before keeps its outline; one that is not in the picture comes only now.
      segments = data.grounding.map((entry, index) => segments[index] ?? colored({ ...entry, index }));
      spans = data.grounding.map(({ start, end }, index) => ({ index, start, end }));
      store.setTurn(id, { text: data.text, spans, segments, answer: data, status: 'done' });
      const missing = segments.filter(one => !one.found);
      announce(missing.length ? `${data.text} ${absent(missing)}` : data.text, true);
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
export const stop = () => running?.abort();

/** A new picture ends the answer about the one before. */
export function start() {
  store.watch((state, before) => { if (state.picture !== before.picture) stop(); });
}

/** Asks the last question again. */
export function retry(turn) {
  store.set({ turns: store.get().turns.filter(one => one.id !== turn.id) });
  return ask(turn.task, turn.parts);
}

/** Begins a new conversation about the same picture. */
export function renew() {
  stop();
  store.set({ turns: [], groups: store.get().groups.everything ? only('everything') : {} });
}
