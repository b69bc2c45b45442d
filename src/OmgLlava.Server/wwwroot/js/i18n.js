// The page's words in the user's language.
import { byId } from './dom.js';
import en from './words/en.js';
import ko from './words/ko.js';

const languages = { en, ko };
const listeners = new Set();
let language = 'en';

/** The language now: en or ko. */
export const current = () => language;

/** The words of a key, with {names} filled in. */
export function t(key, values = {}) {
  const words = languages[language][key] ?? en[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

/** Calls a function when the language changes. */
export const onLanguage = listener => { listeners.add(listener); };

/** A number as the language writes it. */
export const number = (value, digits = 0) => value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });

function apply() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-t]')) {
    const glyph = element.querySelector(':scope > .glyph');
    element.textContent = t(element.dataset.t);
    if (glyph) element.prepend(glyph);
  }
  for (const element of document.querySelectorAll('[data-t-placeholder]')) element.placeholder = t(element.dataset.tPlaceholder);
  for (const element of document.querySelectorAll('[data-t-title]')) element.title = t(element.dataset.tTitle);
  for (const element of document.querySelectorAll('[data-t-label]')) {
    const label = t(element.dataset.tLabel);
    element.setAttribute('aria-label', label);
    if (element.matches('button')) element.title = element.dataset.key ? `${label} (${element.dataset.key})` : label;
  }
  for (const listener of listeners) listener();
}

function choose(next) {
  language = languages[next] ? next : 'en';
  byId('language').value = language;
  apply();
}

/** Starts with the language chosen before, or the browser's. */
export function start() {
  const wanted = localStorage.getItem('omg-language') ?? navigator.languages.map(tag => tag.slice(0, 2)).find(tag => languages[tag]) ?? 'en';
  byId('language').addEventListener('change', event => {
    localStorage.setItem('omg-language', event.target.value);
    choose(event.target.value);
  });
  choose(wanted);
}
