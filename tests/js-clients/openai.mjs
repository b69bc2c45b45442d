// OpenAI's package: completions, streams, responses, models, errors.
import OpenAI from 'openai';
import { base, check, picture } from './shared.js';

const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'any' });
const { data } = await client.models.list();
check((await client.models.retrieve(data[0].id)).id === data[0].id, 'models');
const messages = [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, { type: 'image_url', image_url: { url: picture } }] }];
const whole = await client.chat.completions.create({ model: data[0].id, messages, max_tokens: 8 });
let streamed = '';
for await (const chunk of await client.chat.completions.create({ model: data[0].id, messages, max_tokens: 8, stream: true })) {
  streamed += chunk.choices[0]?.delta?.content ?? '';
}
check(whole.choices[0].message.content === streamed, 'stream');
// A prompt is an extra field of the message; the second turn sends the first back as it came.
const turns = [{ ...messages[0], prompts: [{ point: [20, 20], name: 'spot' }], content: [{ type: 'text', text: 'What is <spot>?' }, messages[0].content[1]] }];
const one = await client.chat.completions.create({ model: data[0].id, messages: turns, max_tokens: 8 });
turns.push(one.choices[0].message, { role: 'user', content: 'And now?' });
const two = await client.chat.completions.create({ model: data[0].id, messages: turns, max_tokens: 8 });
check(two.usage.prompt_tokens_details.cached_tokens > 0, 'the second turn pays for its own tokens only');
const input = [{ role: 'user', content: [{ type: 'input_text', text: 'What is it?' }, { type: 'input_image', image_url: picture }] }];
const first = await client.responses.create({ model: data[0].id, input, max_output_tokens: 8 });
check(first.output_text.length > 0, 'response');
const second = await client.responses.create({ model: data[0].id, input: 'And now?', previous_response_id: first.id, max_output_tokens: 8 });
check(second.output_text.length > 0, 'previous response');
let delta = '';
for await (const event of await client.responses.create({ model: data[0].id, input, max_output_tokens: 8, stream: true })) {
  if (event.type === 'response.output_text.delta') delta += event.delta;
}
check(delta === first.output_text, 'response stream');
try {
  await client.models.retrieve('nothing');
  check(false, 'error');
} catch (error) {
  check(error.status === 404 && error.requestID, 'error');
}
