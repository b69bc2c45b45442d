// Sample pictures on the first screen.
import * as api from './api.js';
import * as store from './store.js';
import { byId, make } from './dom.js';
import { current, onLanguage } from './i18n.js';
import { openSample } from './pictures.js';

let samples = [];

const title = sample => sample.title[current()] ?? sample.title.en;

const choose = sample => () => {
  byId('picture-menu').open = false;
  openSample(sample);
};

const thumbnail = ({ sample, url }) => make('img', { src: url, alt: '', width: sample.width, height: sample.height });

function draw() {
  byId('samples').replaceChildren(...samples.map(entry => make('div', { role: 'listitem' },
    make('button', { type: 'button', class: 'sample', data: { sample: entry.sample.name }, on: { click: choose(entry.sample) } }, thumbnail(entry), make('span', {}, title(entry.sample))))));
  byId('more-samples').replaceChildren(...samples.map(entry => make('button', { type: 'button', class: 'row', on: { click: choose(entry.sample) } }, thumbnail(entry), title(entry.sample))));
}

/** Listens. */
export const start = () => onLanguage(draw);

/** Asks the server who it is and what samples it has. */
export async function meet() {
  const model = await api.model();
  store.set({ server: model });
  const list = await api.samples();
  samples = await Promise.all(list.map(async sample => ({ sample, url: URL.createObjectURL(await api.file(`v1/samples/${encodeURIComponent(sample.name)}`)) })));
  draw();
}
