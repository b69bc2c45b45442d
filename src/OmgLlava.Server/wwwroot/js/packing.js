// What is kept of a picture: everything but outlines, which are made again from the masks, and what was under way.
import { toPath } from './masks.js';

const derived = new Set(['path', 'outline']);

function without(value) {
  if (Array.isArray(value)) return value.map(without);
  if (value === null || typeof value !== 'object' || value instanceof Blob) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !derived.has(key)).map(([key, part]) => [key, without(part)]));
}

function within(value) {
  if (Array.isArray(value)) return value.map(within);
  if (value === null || typeof value !== 'object' || value instanceof Blob) return value;
  const result = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, within(part)]));
  if (value.mask?.counts) result[value.kind === 'brush' ? 'outline' : 'path'] = toPath(value.mask);
  return result;
}

const over = turn => ['waiting', 'streaming', 'queued', 'delayed'].includes(turn.status) ? { ...turn, status: 'stopped' } : turn;

/** A picture as it is kept. */
export function pack(picture) {
  const used = new Set([...picture.prompts, ...[picture, ...picture.chats].flatMap(({ turns }) => turns).flatMap(turn => turn.prompts)].map(prompt => prompt.shape));
  const found = Object.fromEntries(Object.entries(picture.found).filter(([shape, { mask }]) => mask && used.has(shape)));
  return without({ ...picture, found });
}

/** A kept picture as the page works with it. What was under way when it was kept has stopped. */
export function unpack(kept) {
  const picture = within(kept);
  return { ...picture, turns: picture.turns.map(over), chats: picture.chats.map(chat => ({ ...chat, turns: chat.turns.map(over) })) };
}
