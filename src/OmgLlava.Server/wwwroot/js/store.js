// The one state of the page. It is replaced, never changed in place; whoever shows a part of it compares that part with the one before.

let state = {
  server: null, // { id, capabilities, classes }
  online: true, // whether the server answered the last time it was asked
  project: null, // { id, name, created, changed, nextNumber, nextObject, nextClass }
  classes: [], // the project's classes: { id, name, color: an index of the palette or '#rrggbb' }
  currentClass: null, // the class of what is kept next
  shelf: [], // the project's pictures: { id, name, number, thumb, objects: how many, byClass }
  picture: null, // the one that is shown: { doc, number, name, file, url, width, height, orientation, questions }
  phase: { name: 'empty', since: 0 }, // empty, encoding, ready, answering, looking
  tool: 'point', // select, point, brush, eraser, pan; add and cut refine what is selected
  brushSize: 36,
  view: { opacity: 45, outlines: true, live: true, leastScore: 0, letters: false, byClass: true },
  panel: 'chat', // which of the two tabs is shown: chat, objects
  task: 'ask',
  waiting: 0, // questions and segmentations that wait their turn
  batch: null, // work on several pictures: { label, done, total }

  // Of the picture that is shown, kept with it:
  prompts: [], // { id, kind: point | box | brush | object, color, ... }, in the order in which they were placed; kind object: what is selected
  found: {}, // prompt shape -> { mask, path, area, score } | { error } while and after it is computed
  turns: [], // the conversation: { id, question, parts, prompts, text, spans, segments, status, error, ... }
  chats: [], // earlier conversations: { id, turns }
  objects: [], // what is labelled: { id, class, name, from, color, mask, path, area, box, score }
  everything: false, // whether everything in it was segmented
  groups: {}, // which groups of objects are shown: turn ids, 'objects'
  hidden: {}, // single objects that are not shown
};
const listeners = new Set();
let past = []; // steps { before, after } of the parts that changed
let future = [];

/** The parts of the state that belong to a picture, as they are without any. */
export const fresh = () => ({ prompts: [], found: {}, turns: [], chats: [], objects: [], everything: false, groups: {}, hidden: {} });

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

/** Replaces parts of the state so that it can be undone. */
export function change(patch) {
  const before = Object.fromEntries(Object.keys(patch).map(key => [key, state[key]]));
  past.push({ before, after: patch });
  if (past.length > 200) past.shift();
  future = [];
  set(patch);
}

/** Replaces the prompts so that it can be undone. */
export const setPrompts = prompts => change({ prompts });

/** Takes the last change back. */
export function undo() {
  if (past.length === 0) return;
  future.push(past.pop());
  set(future.at(-1).before);
}

/** Does it again. */
export function redo() {
  if (future.length === 0) return;
  past.push(future.pop());
  set(past.at(-1).after);
}

/** Whether there is something to undo and to redo. */
export const history = () => ({ undo: past.length > 0, redo: future.length > 0 });

/** Takes the steps out, to be put back when their picture is shown again; puts others in. */
export function swapHistory(next) {
  const mine = { past, future };
  ({ past, future } = next ?? { past: [], future: [] });
  return mine;
}

/** Sets the prompts and forgets what could be undone of them: they went with a question. What was done to objects stays. */
export function startPrompts(prompts = []) {
  const others = ({ before, after }) => {
    const { prompts: was, ...rest } = before;
    const { prompts: is, ...then } = after;
    return { before: rest, after: then };
  };
  past = past.map(others).filter(step => Object.keys(step.after).length);
  future = [];
  set({ prompts });
}

/** Goes into a phase; the time in it counts from now. */
export const enter = name => set({ phase: { name, since: performance.now() } });

/** A new name for something that is kept. */
export const newId = () => [...crypto.getRandomValues(new Uint8Array(9))].map(byte => (byte % 36).toString(36)).join('');
