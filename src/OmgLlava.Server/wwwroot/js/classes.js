// The project's classes: what objects can be labelled as. A class keeps its id whatever it is called.
import * as store from './store.js';
import { t } from './i18n.js';
import { announce } from './notices.js';
import { freeIndices } from './palette.js';

/** The class of a name, made when there is none. An id that is asked for is given if it is free. */
export function ensure(name, id = null) {
  const { classes, project } = store.get();
  const known = classes.find(one => one.name === name);
  if (known) return known.id;
  const taken = id !== null && classes.some(one => one.id === id);
  const mine = id !== null && !taken ? id : Math.max(project.nextClass, ...classes.map(one => one.id + 1));
  const color = freeIndices(classes.map(one => one.color), 1)[0];
  store.set({
    classes: [...classes, { id: mine, name, color }].sort((a, b) => a.id - b.id), project: { ...project, nextClass: Math.max(project.nextClass, mine + 1) },
  });
  return mine;
}

/** Calls a class by another name. Returns whether the name was free. */
export function rename(id, name) {
  const { classes } = store.get();
  if (name === '' || classes.some(one => one.id !== id && one.name === name)) return false;
  store.set({ classes: classes.map(one => one.id === id ? { ...one, name } : one) });
  return true;
}

/** Gives a class another colour, '#rrggbb'. */
export const recolor = (id, color) => store.set({ classes: store.get().classes.map(one => one.id === id ? { ...one, color } : one) });

/** Takes a class away; objects of it, in every picture, have no class until it is put back. */
export function remove(id) {
  const { classes, currentClass } = store.get();
  const gone = classes.find(one => one.id === id);
  store.set({ classes: classes.filter(one => one.id !== id), currentClass: currentClass === id ? null : currentClass });
  const back = () => store.set({ classes: [...store.get().classes, gone].sort((a, b) => a.id - b.id) });
  announce(t('class.removed', { name: gone.name }), false, { label: t('undo'), run: back });
}

/** Chooses the class of what is kept next; null for none. */
export const choose = id => store.set({ currentClass: id });

/** How many objects of each class the project has: id -> count. */
export function counts() {
  const result = new Map();
  for (const { byClass } of store.get().shelf) for (const [id, count] of Object.entries(byClass)) result.set(Number(id), (result.get(Number(id)) ?? 0) + count);
  return result;
}
