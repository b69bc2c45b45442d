// The help, the key of a server that asks for one, and light or dark.
import { ApiError, onKeyNeeded } from './api.js';
import { byId, make } from './dom.js';
import { onLanguage, t } from './i18n.js';
import { fail } from './notices.js';

const topics = ['click', 'drag', 'right', 'wheel', 'space', 'tools', 'size', 'undo', 'all', 'keep', 'number', 'page', 'arrows', 'delete', 'slash', 'escape'];

function writeHelp() {
  byId('help-body').replaceChildren(make('dl', {}, ...topics.flatMap(topic => [make('dt', {}, t(`help.${topic}`)), make('dd', {}, t(`help.${topic}.text`))])));
}

let asking = null;

function askForKey(again) {
  if (again) fail(t('key.wrong'));
  asking ??= new Promise((done, no) => {
    byId('key').returnValue = '';
    byId('key').showModal();
    byId('key').addEventListener('close', () => {
      const value = byId('key-value').value.trim();
      byId('key-value').value = '';
      asking = null;
      if (byId('key').returnValue && value) done(value);
      else no(new ApiError(t('key.needed'), 401, 'key_needed'));
    }, { once: true });
  });
  return asking;
}

function theme() {
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  const next = (document.documentElement.dataset.theme ?? system) === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset.theme = next;
  localStorage.setItem('omg-theme', next);
}

/** Listens. */
export function start() {
  onLanguage(writeHelp);
  onKeyNeeded(askForKey);
  byId('help-button').addEventListener('click', () => byId('help').showModal());
  byId('theme').addEventListener('click', theme);
  const chosen = localStorage.getItem('omg-theme');
  if (chosen) document.documentElement.dataset.theme = chosen;
}
