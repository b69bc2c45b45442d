// OpenAI's own JavaScript client, unmodified, against a running server.
// Usage: omg-llava serve &  cd tests/openai-js && npm install && node ask.mjs [http://127.0.0.1:8080/v1] [PICTURE]
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import OpenAI from 'openai';

const [baseURL = 'http://127.0.0.1:8080/v1', picture = new URL('../goldens/end_to_end/image.png', import.meta.url)] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: 'any' });
const url = `data:image/png;base64,${(await readFile(picture)).toString('base64')}`;
const request = {
  model: (await client.models.list()).data[0].id,
  max_tokens: 16,
  temperature: 0,
  messages: [{ role: 'user', content: [{ type: 'text', text: 'Please segment the cat in the image.' }, { type: 'image_url', image_url: { url } }] }],
};

const whole = await client.chat.completions.create(request);
const { content, grounding } = whole.choices[0].message;
console.log(JSON.stringify(content), grounding.map(({ phrase, area, score }) => ({ phrase, area, score })));

let text = '';
const streamed = [];
let usage;
for await (const chunk of await client.chat.completions.create({ ...request, stream: true, stream_options: { include_usage: true } })) {
  text += chunk.choices[0]?.delta.content ?? '';
  streamed.push(...(chunk.choices[0]?.delta.grounding ?? []));
  usage = chunk.usage ?? usage;
}
assert.equal(text, content);
assert.deepEqual(streamed, grounding);
assert.equal(usage.completion_tokens, whole.usage.completion_tokens);

// A prompt is an extra field of the message; the second turn sends the first back as it came.
const turns = [
  { ...request.messages[0], prompts: [{ point: [20, 20], name: 'spot' }], content: [{ type: 'text', text: 'What is <spot>?' }, request.messages[0].content[1]] },
];
const first = await client.chat.completions.create({ ...request, messages: turns });
turns.push({ role: 'assistant', content: first.choices[0].message.content, grounding: first.choices[0].message.grounding }, { role: 'user', content: 'And now?' });
const second = await client.chat.completions.create({ ...request, messages: turns });
assert.ok(second.usage.prompt_tokens < first.usage.prompt_tokens, 'the second turn pays for its own tokens only');

await assert.rejects(client.chat.completions.create({ ...request, messages: [{ role: 'user', content: 'Hello?' }] }), (error) => {
  assert.equal(error.status, 400);
  assert.match(error.message, /has no picture/);
  return true;
});
console.log('ok');
