// What goes into files for other programs: of each picture its labelled objects, in the stored file's orientation, with the project's classes.
import * as documents from './documents.js';
import { fromBitmap, measure, toBitmap } from './masks.js';
import * as store from './store.js';
import { ofObject, visible, withPath } from './objects.js';
import { storedSize, toStored } from './orientation.js';
import { rgb } from './palette.js';

/** Red, green and blue, 0..255, of an index of the palette or '#rrggbb'. */
export const components = color => typeof color === 'string' ? [1, 3, 5].map(at => parseInt(color.slice(at, at + 2), 16)) : rgb(color);

// Labelled objects; a picture that has none gives what is shown of its marks and answers.
function objectsOf(document, state) {
  const own = { ...state, ...document };
  const list = document.objects.length ? document.objects.map(object => ofObject(own, object))
    : visible(own).map((object, index) => ({ ...object, id: index + 1, class: null }));
  return list.map(object => object.path ? object : withPath(object));
}

function stored(object, document) {
  if ((document.orientation ?? 1) === 1) return object;
  const { width, height } = storedSize(document);
  const bitmap = toStored(toBitmap(object.mask), document);
  return withPath({ ...object, mask: fromBitmap(bitmap, width, height), ...measure(bitmap, width) });
}

/** The pictures { id, name, width, height, document, objects } and classes { id, name, color } of a file; of one picture, or of all without its id. */
export function gather(only = null) {
  const state = store.get();
  const classes = [...state.classes];
  const classOf = object => {
    if (classes.some(one => one.id === object.class)) return object.class;
    const known = classes.find(one => one.name === object.label);
    if (known) return known.id;
    const id = Math.max(0, ...classes.map(one => one.id)) + 1;
    classes.push({ id, name: object.label, color: object.color });
    return id;
  };
  const pictures = (only ? [documents.get(only)] : documents.all()).map(document => ({
    id: document.number, name: document.name, ...storedSize(document), document,
    objects: objectsOf(document, state).map(object => ({ ...stored(object, document), class: classOf(object) })),
  }));
  return { pictures, classes };
}
