// What takes a while, one after the other: questions and segmentations, of one picture or of many. A busy server is asked again when it says.
import * as store from './store.js';

const waiting = [];
let now = null; // { picture, kind, controller, batch, hurry }
const attempts = 5;

const count = () => store.set({ waiting: waiting.length });

/** What is being done with a picture: 'answering', 'looking' or null. */
export const running = picture => now?.picture === picture ? now.kind : null;

/**
 * Does a job { picture, kind, run(signal), delayed(seconds or null), failed(error), dropped(), batch } when its turn comes. The promise ends with it, also when it was dropped.
 */
export function enqueue(job) {
  return new Promise(done => {
    waiting.push({ ...job, done });
    count();
    next();
  });
}

async function next() {
  if (now || waiting.length === 0) return;
  const job = waiting.shift();
  count();
  now = { ...job, controller: new AbortController(), hurry: null };
  const { picture } = store.get();
  if (picture?.doc === job.picture && store.get().phase.name !== 'encoding') store.enter(job.kind);
  try {
    await patiently(() => job.run(now.controller.signal), now.controller.signal, job.delayed);
  } catch (error) {
    if (error.name !== 'AbortError') job.failed?.(error);
  } finally {
    now = null;
    job.done();
    if (store.get().picture?.doc === job.picture && ['answering', 'looking'].includes(store.get().phase.name)) store.enter('ready');
    next();
  }
}

/** Does something; when the server is busy, waits as long as it says and tries again, five times. Tells how long: seconds, then null. */
export async function patiently(work, signal, delayed = () => {}) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (error.status !== 429 || attempt === attempts) throw error;
      const seconds = Math.min(60, error.retryAfter ?? 2 ** attempt);
      delayed(seconds);
      await new Promise((done, no) => {
        const timer = setTimeout(done, seconds * 1000);
        if (now?.controller.signal === signal) now.hurry = done;
        signal?.addEventListener('abort', () => { clearTimeout(timer); no(signal.reason); }, { once: true });
      });
      delayed(null);
    }
  }
}

/** Does not wait any longer for a busy server. */
export const hurry = () => now?.hurry?.();

/** Stops what is being done. */
export const stop = () => now?.controller.abort();

/** Drops what waits and fits, and stops what is being done if it fits. */
export function drop(fits) {
  for (const job of waiting.filter(fits)) {
    waiting.splice(waiting.indexOf(job), 1);
    job.dropped?.();
    job.done();
  }
  count();
  if (now && fits(now)) stop();
}
