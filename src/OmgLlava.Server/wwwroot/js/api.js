// The server's API.

let key = sessionStorage.getItem('omg-key');
let askForKey = null;
let reached = () => {};

/** What the server said no to, in its own words. */
export class ApiError extends Error {
  constructor(message, status, code, retryAfter) {
    super(message);
    Object.assign(this, { status, code, retryAfter });
  }
}

/** Sets what asks the user for an API key: a function that gives a promise of the key. */
export const onKeyNeeded = handler => { askForKey = handler; };

/** Sets what is told, after every request, whether the server answered at all. */
export const onReach = handler => { reached = handler; };

async function send(path, options = {}) {
  const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    reached(false);
    throw new ApiError('', 0, 'unreachable');
  }
  reached(true);
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  if (response.status === 401 && askForKey) {
    key = await askForKey(key !== null);
    sessionStorage.setItem('omg-key', key);
    return send(path, options);
  }
  throw new ApiError(body?.error?.message ?? `${response.status} ${response.statusText}`, response.status, body?.error?.code, Number(response.headers.get('Retry-After')) || null);
}

const json = (body, signal) => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), signal });

/** The model and what it can do. */
export const model = async () => (await (await send('v1/models')).json()).data[0];

/** Asks whether the server is there and takes work; tells it to whoever listens. */
export const ping = () => send('health/ready').then(() => true, () => false);

/** Sample pictures. */
export const samples = async () => (await (await send('v1/samples')).json()).samples;

/** A file of the server's, such as a sample picture. */
export const file = async url => (await send(url)).blob();

/** Uploads a picture; the answer comes when it is ready for clicks. */
export async function upload(blob, signal) {
  const form = new FormData();
  form.append('file', blob);
  return (await send('v1/images', { method: 'POST', body: form, signal })).json();
}

/** Masks of prompts; quick ones follow the pointer. */
export const segment = async (id, prompts, signal, quick = false) =>
  (await (await send(`v1/images/${id}/segment`, json({ prompts, quick }, signal))).json()).segments;

/** Everything in the picture. */
export const everything = async (id, signal) => (await send(`v1/images/${id}/panoptic`, json({}, signal))).json();

/** Asks, and gives the answer's events [name, data] as they come. */
export async function* chat(id, request, signal) {
  const response = await send(`v1/images/${id}/chat`, json({ ...request, stream: true }, signal));
  for await (const [name, data] of events(response.body)) {
    if (name === 'error') throw new ApiError(data.error.message, 200, data.error.code);
    yield [name, data];
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  for (;;) {
    const { done, value } = await reader.read().catch(error => {
      if (error.name === 'AbortError') throw error;
      reached(false);
      throw new ApiError('', 0, 'unreachable'); // the connection broke within the answer
    });
    if (done) return;
    waiting += value;
    const blocks = waiting.split('\n\n');
    waiting = blocks.pop();
    for (const block of blocks) {
      let name = 'message';
      let data = '';
      for (const line of block.split('\n')) {
        if (line.startsWith('event: ')) name = line.slice(7);
        if (line.startsWith('data: ')) data += line.slice(6);
      }
      if (data) yield [name, JSON.parse(data)];
    }
  }
}
