// Wires the page.
import * as composer from './composer.js';
import * as conversation from './conversation.js';
import * as dialogs from './dialogs.js';
import * as documents from './documents.js';
import * as downloads from './downloads.js';
import * as editbar from './editbar.js';
import * as everything from './everything.js';
import * as examples from './examples.js';
import * as handles from './handles.js';
import * as i18n from './i18n.js';
import { t } from './i18n.js';
import { placeIcons } from './icons.js';
import * as keyboard from './keyboard.js';
import * as labels from './labels.js';
import * as light from './light.js';
import * as menus from './menus.js';
import * as list from './list.js';
import * as notices from './notices.js';
import { fail } from './notices.js';
import * as pictures from './pictures.js';
import * as pointer from './pointer.js';
import * as privacy from './privacy.js';
import * as projects from './projects.js';
import * as prompts from './prompts.js';
import * as samples from './samples.js';
import * as sheet from './sheet.js';
import * as stage from './stage.js';
import * as status from './status.js';
import * as strip from './strip.js';
import * as tools from './tools.js';

placeIcons();
for (const part of [notices, dialogs, status, tools, stage, pointer, prompts, pictures, documents, composer, conversation, examples, everything, list, downloads, keyboard, menus, samples, light, projects, strip, labels, editbar, handles, privacy, sheet]) part.start();
i18n.start();
projects.restore();
meet();

// Asks the server who it is, again when it was not there or wanted a key.
async function meet() {
  try {
    await samples.meet();
  } catch (error) {
    fail(error, error.code === 'key_needed' ? { label: t('key.title.again'), run: meet } : { label: t('retry'), run: meet });
  }
}
document.body.dataset.ready = '';
