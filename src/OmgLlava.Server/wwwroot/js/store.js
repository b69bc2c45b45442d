// The one state of the page. It is replaced, never changed in place; whoever shows a part of it compares that part with the one before.

let state = {
  server: null, // { id, capabilities, classes }
  online: true, // whether the server answered the last time it was asked
  picture: null, // { id, width, height, url, file, name, questions, cached }
  phase: { name: 'empty', since: 0 }, // empty, encoding, ready, answering, looking
  tool: 'point',
  brushSize: 36,
  view: { opacity: 45, outlines: true, live: true, leastScore: 0, letters: false },
  task: 'ask',
  prompts: [], // { id, kind: point | box | brush | object, color, ... }, in the order in which they were placed
  found: {}, // prompt id -> { mask, path, area, score } | { error } while and after it is computed
  turns: [], // { id, question, parts, prompts, text, spans, segments, status, error, ... }
  everything: null, // segments of the whole picture
  groups: {}, // which groups of objects are shown: turn ids, 'everything'
  hidden: {}, // single objects that are not shown
};
const listeners = new Set();
let past = [];
let future = [];

/** The state now. */
export const get = () => state;

/** Calls a listener with the state and the one before, now and after every change. */
export function watch(listener) {
  listeners.add(listener);
  listener(state, {});
}

/** Replaces parts of the state. */
export function set(patch) {
  const before = state;
  state = { ...state, ...patch };
  for (const listener of listeners) listener(state, before);
}

/** Replaces the prompts so that it can be undone. */
export function setPrompts(prompts) {
  past.push(state.prompts);
  if (past.length > 200) past.shift();
  future = [];
  set({ prompts });
}

/** Takes the last change of the prompts back. */
export function undo() {
  if (past.length === 0) return;
  future.push(state.prompts);
  set({ prompts: past.pop() });
}

/** Does it again. */
export function redo() {
  if (future.length === 0) return;
  past.push(state.prompts);
  set({ prompts: future.pop() });
}

/** Whether there is something to undo and to redo. */
export const history = () => ({ undo: past.length > 0, redo: future.length > 0 });

/** Sets the prompts and forgets what could be undone: they went with a question, or the picture changed. */
export function startPrompts(prompts = []) {
  past = [];
  future = [];
  set({ prompts });
}

/** Goes into a phase; the time in it counts from now. */
export const enter = name => set({ phase: { name, since: performance.now() } });

/** Changes one turn. */
export const setTurn = (id, patch) => set({ turns: state.turns.map(turn => turn.id === id ? { ...turn, ...patch } : turn) });
