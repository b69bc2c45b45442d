// LangChain.js: completions and responses.
import { HumanMessage, SystemMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { base, check, picture } from './shared.js';

const messages = [
  new SystemMessage('You are a helpful assistant.'),
  new HumanMessage({ content: [{ type: 'text', text: 'What is it?' }, { type: 'image_url', image_url: { url: picture } }] }),
];
for (const useResponsesApi of [false, true]) {
  const model = new ChatOpenAI({ model: 'golden', apiKey: 'any', configuration: { baseURL: `${base}/v1` }, maxTokens: 16, temperature: 0, useResponsesApi });
  const answer = await model.invoke(messages);
  check(answer.text.length > 0, 'text');
  let streamed = '';
  for await (const piece of await model.stream(messages)) streamed += piece.text;
  check(streamed === answer.text, 'stream');
  const next = await model.invoke([...messages, answer, new HumanMessage('And now?')]);
  check(next.text.length > 0, 'next turn');
}
