// Vercel's ai: its default is the Responses API.
import { createOpenAI } from '@ai-sdk/openai';
import { generateText, streamText } from 'ai';
import { base, check, picture } from './shared.js';

const provider = createOpenAI({ baseURL: `${base}/v1`, apiKey: 'any' });
const messages = [{ role: 'user', content: [{ type: 'text', text: 'What is it?' }, { type: 'image', image: picture }] }];
for (const model of [provider('golden'), provider.chat('golden')]) {
  const { text, usage } = await generateText({ model, messages, maxOutputTokens: 16 });
  check(text.length > 0 && usage.inputTokens > 0, 'text');
  let streamed = '';
  for await (const piece of streamText({ model, messages, maxOutputTokens: 16 }).textStream) streamed += piece;
  check(streamed === text, 'stream');
}
