// Wires the page.
import * as store from './store.js';
import * as chat from './chat.js';
import * as composer from './composer.js';
import * as conversation from './conversation.js';
import * as dialogs from './dialogs.js';
import * as downloads from './downloads.js';
import * as everything from './everything.js';
import * as examples from './examples.js';
import * as i18n from './i18n.js';
import { placeIcons } from './icons.js';
import * as keyboard from './keyboard.js';
import * as light from './light.js';
import * as list from './list.js';
import { fail } from './notices.js';
import * as pictures from './pictures.js';
import * as pointer from './pointer.js';
import * as prompts from './prompts.js';
import * as samples from './samples.js';
import * as stage from './stage.js';
import * as status from './status.js';
import * as tools from './tools.js';

placeIcons();
for (const part of [dialogs, status, tools, stage, pointer, prompts, pictures, chat, composer, conversation, examples, everything, list, downloads, keyboard, light]) part.start();
i18n.start();
samples.start().catch(error => {
  if (error.code === 'unreachable') store.enter('unreachable');
  fail(error);
});
document.body.dataset.ready = '';
