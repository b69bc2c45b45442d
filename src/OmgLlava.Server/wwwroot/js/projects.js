// Projects: what was worked on is on the first page, and opens as it was left.
import * as documents from './documents.js';
import * as storage from './storage.js';
import * as store from './store.js';
import { byId, make, show } from './dom.js';
import { current, number, onLanguage, t } from './i18n.js';
import { icon } from './icons.js';
import { drop } from './jobs.js';
import { announce, fail } from './notices.js';
import { showPicture } from './pictures.js';

let listed = [];
let covers = [];

/** Begins a project, unless one is open. */
export async function begin(name) {
  if (store.get().project) return;
  const project = { id: store.newId(), name, created: Date.now(), changed: Date.now(), nextNumber: 1, nextObject: 1, nextClass: 1 };
  await hold(project.id);
  store.set({ project, classes: [], currentClass: null, shelf: documents.load([]) });
  sessionStorage.setItem('omg-project', project.id);
  navigator.storage?.persist?.().catch(() => {});
}

/** Opens a kept project. Returns whether there is one of that id. */
export async function open(id) {
  const record = await storage.project(id);
  if (!record) return false;
  if (!await hold(id)) {
    announce(t('project.elsewhere', { name: record.name }));
    return false;
  }
  const { classes, pictures, objects, cover, ...project } = record;
  store.set({ project, classes, currentClass: null, shelf: documents.load(await storage.pictures(id)) });
  sessionStorage.setItem('omg-project', id);
  const last = sessionStorage.getItem('omg-picture');
  const first = documents.ids().includes(last) ? last : documents.ids()[0];
  if (first) await showPicture(first);
  return true;
}

/** Leaves the project, which stays kept, for the first page. */
export async function leave() {
  drop(() => true);
  await documents.flush();
  documents.show(null, null);
  show(byId('world'), false);
  store.set({ project: null, classes: [], currentClass: null, shelf: documents.load([]), batch: null });
  sessionStorage.removeItem('omg-project');
  release();
  store.enter('empty');
  await list();
}

// One tab works on a project at a time, or each would write over what the other did.
let release = () => {};
async function hold(id) {
  release();
  if (!navigator.locks) return true;
  return new Promise(done => {
    const patience = AbortSignal.timeout(1500); // a page that is being reloaded lets go a moment later
    navigator.locks.request(`omg-project-${id}`, { signal: patience }, () => new Promise(free => {
      release = free;
      done(true);
    })).catch(() => done(false));
  });
}

async function remove(project) {
  const pictures = await storage.pictures(project.id);
  const files = await Promise.all(pictures.map(async ({ id }) => [id, await storage.file(id)]));
  await storage.removeProject(project.id, pictures.map(({ id }) => id));
  await list();
  announce(t('project.removed', { name: project.name }), false, { label: t('undo'), run: () => storage.put(project, pictures, files).then(list) });
}

async function list() {
  try {
    listed = await storage.projects();
  } catch {
    listed = [];
  }
  for (const url of covers) URL.revokeObjectURL(url);
  covers = [];
  for (const project of listed) {
    const [picture] = await storage.pictures(project.id);
    project.image = picture?.thumb ? URL.createObjectURL(picture.thumb) : null;
    if (project.image) covers.push(project.image);
  }
  draw();
}

const date = time => new Date(time).toLocaleString(current(), { dateStyle: 'medium', timeStyle: 'short' });

function draw() {
  show(byId('recent'), listed.length > 0);
  byId('recent-list').replaceChildren(...listed.map(({ image, ...project }) => make('div', { role: 'listitem', class: 'project' },
    make('button', { type: 'button', class: 'sample', data: { project: project.id }, on: { click: () => open(project.id).catch(fail) } },
      image ? make('img', { src: image, alt: '' }) : make('i', { class: 'no-image' }), make('span', {}, project.name),
      make('small', {}, `${t('project.size', { pictures: number(project.pictures), objects: number(project.objects) })} · ${date(project.changed)}`)),
    make('button', { type: 'button', class: 'icon small remove', 'aria-label': t('project.remove', { name: project.name }), title: t('project.remove', { name: project.name }),
      on: { click: () => remove(project).catch(fail) } }, icon('clear')))));
}

function drawBar({ project }) {
  show(byId('project'), project !== null);
  if (project && document.activeElement !== byId('project-name')) byId('project-name').value = project.name;
  show(byId('welcome'), project === null);
}

/** Opens what this tab had open before it was reloaded, or lists what there is. */
export async function restore() {
  const id = sessionStorage.getItem('omg-project');
  try {
    if (id && await open(id)) return;
  } catch (error) {
    fail(error);
  }
  await list();
}

/** Listens. */
export function start() {
  onLanguage(draw);
  store.watch((state, before) => { if (state.project !== before.project) drawBar(state); });
  store.watch((state, before) => { if (state.picture && state.picture !== before.picture) sessionStorage.setItem('omg-picture', state.picture.doc); });
  for (const id of ['home', 'leave']) {
    byId(id).addEventListener('click', event => {
      event.preventDefault();
      if (store.get().project) leave();
    });
  }
  byId('project-name').addEventListener('change', event => {
    const name = event.target.value.trim();
    if (name) store.set({ project: { ...store.get().project, name } });
    else event.target.value = store.get().project.name;
  });
}
