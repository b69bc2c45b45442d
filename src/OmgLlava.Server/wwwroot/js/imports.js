// Labels from a file in COCO's form: objects of the project's pictures, found by their file names.
import * as classes from './classes.js';
import * as documents from './documents.js';
import { freeIndices } from './palette.js';
import { fromBitmap, fromRuns, measure, runs, toBitmap } from './masks.js';
import * as store from './store.js';
import { number, t } from './i18n.js';
import { announce, fail } from './notices.js';
import { withPath } from './objects.js';
import { storedSize, toUpright } from './orientation.js';

const list = value => Array.isArray(value) ? value : [];
const base = name => name.replace(/^.*[\\/]/, '');

function fromPolygons(polygons, { width, height }) {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  for (const points of polygons) {
    if (!Array.isArray(points) || points.length < 6 || !points.every(Number.isFinite)) continue;
    context.beginPath();
    for (let i = 0; i + 1 < points.length; i += 2) context.lineTo(points[i], points[i + 1]);
    context.fill();
  }
  const { data } = context.getImageData(0, 0, width, height);
  return Uint8Array.from({ length: width * height }, (_, i) => data[4 * i + 3] > 127 ? 1 : 0);
}

// A byte a pixel of the stored file; null for what is no mask of this picture.
function bitmapOf(segmentation, size) {
  if (Array.isArray(segmentation)) return fromPolygons(segmentation, size);
  if (segmentation?.size?.[0] !== size.height || segmentation.size[1] !== size.width) return null;
  const lengths = typeof segmentation.counts === 'string' ? runs(segmentation.counts) : list(segmentation.counts);
  if (!lengths.every(length => Number.isInteger(length) && length >= 0) || lengths.reduce((a, b) => a + b, 0) !== size.width * size.height) return null;
  return toBitmap(fromRuns(lengths, size.width, size.height));
}

function objectOf(annotation, document, known) {
  const bitmap = bitmapOf(annotation.segmentation, storedSize(document));
  if (!bitmap) return null;
  const upright = toUpright(bitmap, document);
  const { area, box } = measure(upright, document.width);
  if (area === 0) return null;
  return withPath({
    class: known.get(annotation.category_id) ?? null, name: null, from: null, mask: fromBitmap(upright, document.width, document.height), area, box,
    score: Number.isFinite(annotation.score) ? annotation.score : null,
  });
}

const hex = color => Array.isArray(color) && color.length === 3 && color.every(value => Number.isInteger(value) && value >= 0 && value < 256)
  ? `#${color.map(value => value.toString(16).padStart(2, '0')).join('')}` : null;

function takeClasses(categories) {
  const known = new Map();
  for (const { id, name, color } of categories) {
    if (!Number.isInteger(id) || typeof name !== 'string' || !name.trim()) continue;
    const before = store.get().classes.some(one => one.name === name);
    const mine = classes.ensure(name, id);
    if (!before && hex(color)) classes.recolor(mine, hex(color));
    known.set(id, mine);
  }
  return known;
}

// An id of the file is kept unless something else in the project has it.
function put(annotations, document, taken, known) {
  let { objects } = document;
  let { nextObject } = store.get().project;
  let added = 0;
  for (const annotation of annotations) {
    const object = objectOf(annotation, document, known);
    if (!object) continue;
    const { id } = annotation;
    const mine = Number.isInteger(id) && id > 0 && (taken.get(id) ?? document.id) === document.id ? id : nextObject;
    nextObject = Math.max(nextObject, mine + 1);
    taken.set(mine, document.id);
    const before = objects.find(one => one.id === mine);
    const color = before?.color ?? freeIndices(objects.map(one => one.color), 1)[0];
    objects = before ? objects.map(one => one === before ? { ...object, id: mine, color } : one) : [...objects, { ...object, id: mine, color }];
    added++;
  }
  store.set({ project: { ...store.get().project, nextObject } });
  if (added) documents.patch(document.id, { objects, groups: { objects: true } }, true);
  return added;
}

/** Reads a file of labels into the project. */
export async function importFile(file) {
  let content;
  try {
    content = JSON.parse(await file.text());
  } catch {
    return fail(t('import.json', { name: file.name }));
  }
  const images = list(content?.images).filter(image => typeof image?.file_name === 'string');
  if (images.length === 0 || !Array.isArray(content.annotations)) return fail(t('import.coco', { name: file.name }));
  if (!store.get().project) return fail(t('import.pictures'));
  const all = documents.all();
  const pictureOf = ({ file_name: name }) => {
    const exact = all.find(document => document.name === name);
    const alike = all.filter(document => base(document.name) === base(name));
    return exact ?? (alike.length === 1 ? alike[0] : undefined);
  };
  const known = takeClasses(list(content.categories));
  const taken = new Map(all.flatMap(document => document.objects.map(object => [object.id, document.id])));
  let objects = 0;
  let found = 0;
  let expected = 0;
  for (const image of images) {
    const document = pictureOf(image);
    if (!document) continue;
    found++;
    const mine = content.annotations.filter(annotation => annotation?.image_id === image.id);
    expected += mine.length;
    if (Number.isInteger(image.id) && image.id > 0 && !documents.all().some(one => one.number === image.id)) documents.renumber(document.id, image.id);
    objects += put(mine, documents.get(document.id), taken, known);
  }
  if (found === 0) return fail(t('import.none', { name: file.name, first: images[0].file_name }));
  announce(t('import.done', { objects: number(objects), pictures: number(found) }));
  if (found < images.length) announce(t('import.missing', { n: number(images.length - found) }));
  if (objects < expected) fail(t('import.bad', { n: number(expected - objects) }));
}
