// How much of the model's context the conversation takes.
import * as store from './store.js';

/** Tokens that the model can read; null where the server does not say. */
export const contextSize = () => store.get().server?.capabilities.context ?? null;

/** Tokens that turns take: each pays for its question (the first also for the picture) and its answer. */
export const used = turns => turns.reduce((sum, { answer }) => sum + (answer ? answer.timings.prompt_tokens + answer.timings.tokens : 0), 0);

/** Whether a turn failed, or broke off, because the conversation has become too long for the model. */
export function isFull(turn) {
  if (turn.status === 'failed') return turn.code === 'context_length_exceeded' || /start a new chat/.test(turn.error);
  const { turns } = store.get();
  if (turn.status !== 'done' || turn.answer.complete || !contextSize()) return false;
  return used(turns.slice(0, turns.indexOf(turn) + 1)) >= contextSize() - 1;
}
