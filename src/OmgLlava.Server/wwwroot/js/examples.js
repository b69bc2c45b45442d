// What could be asked, one click away: the sample's own questions, or what fits the marks and the picture.
import * as store from './store.js';
import { ask } from './chat.js';
import { chip, clear } from './composer.js';
import { byId, make, show } from './dom.js';
import { onLanguage, t } from './i18n.js';
import * as prompts from './prompts.js';

const task = (name, parts = []) => () => { clear(); ask(name, parts); };

function around(key, mark) {
  const [before, after] = t(key, { mark: '\u0000' }).split('\u0000');
  return [before, mark, after].filter(Boolean);
}

// A sample's question may point at things: <mark> and <region> stand for its prompts, one after the other.
function fromSample({ task: name = 'ask', question = '', prompts: given = [] }) {
  const fill = marks => {
    const left = [...marks];
    return question.split(/(<mark>|<region>)/).filter(Boolean).map(part => /^<(mark|region)>$/.test(part) ? left.shift() : part);
  };
  const shown = given.map(({ point }, index) => chip({ id: `example-${index}`, kind: point ? 'point' : 'box', color: index, number: '' }, false));
  const words = {
    ground: () => [t('do.ground')], caption: () => [t('do.caption')], segment: () => [t('do.segment', { what: question })],
    describe: () => around('do.describe', shown[0]), ask: () => fill(shown),
  }[name]();
  const run = () => {
    const placed = given.map(({ point, box }) => ({ prompt: point ? prompts.addPoint(...point) : prompts.addBox(box) }));
    task(name, name === 'describe' ? placed : fill(placed))();
  };
  return { words, run };
}

function candidates({ prompts: marks, turns, picture }) {
  const [mark] = marks;
  if (marks.length === 1 && mark.label !== 0) {
    return [
      { words: around('do.what', chip(mark, false)), run: task('ask', ['What is ', { prompt: mark }, '?']) },
      { words: around('do.describe', chip(mark, false)), run: task('describe', [{ prompt: mark }]) },
    ];
  }
  if (marks.length || turns.length) return [];
  const general = [{ words: [t('do.ground')], run: task('ground') }, { words: [t('do.caption')], run: task('caption') }];
  return picture.questions?.length ? picture.questions.map(fromSample) : general;
}

function draw(state) {
  const wanted = state.picture && state.phase.name !== 'encoding' ? candidates(state) : [];
  const busy = state.phase.name === 'encoding';
  const fresh = state.turns.length === 0;
  const marked = state.prompts.length > 0;
  const lead = fresh ? [make('h2', {}, t(marked ? 'fresh.marked' : 'fresh.title')), make('p', {}, t(!state.picture ? 'fresh.empty' : marked ? 'fresh.marked.text' : 'fresh.text'))] : [];
  byId('chat').classList.toggle('fresh', fresh);
  byId('examples').replaceChildren(...lead, ...wanted.map(({ words, run }) => make('button', { type: 'button', class: 'example', disabled: busy, on: { click: run } }, ...words)));
  for (const element of byId('examples').querySelectorAll('.chip')) element.removeAttribute('tabindex');
  show(byId('examples'), wanted.length > 0 || fresh);
}

/** Draws on every change. */
export function start() {
  const parts = ['picture', 'prompts', 'turns', 'phase'];
  store.watch((state, before) => { if (parts.some(part => state[part] !== before[part])) draw(state); });
  onLanguage(() => draw(store.get()));
}
