// What can be taken home: the picture with its masks, cut-outs, and labels for other programs, of one picture or of all.
import * as coco from './coco.js';
import * as documents from './documents.js';
import { components, gather } from './labelled.js';
import { toBitmap } from './masks.js';
import { png } from './png.js';
import * as store from './store.js';
import * as yolo from './yolo.js';
import { byId, make, show } from './dom.js';
import { t } from './i18n.js';
import { announce, fail } from './notices.js';
import { ofObject, visible } from './objects.js';
import { css } from './palette.js';
import { zip } from './zip.js';

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const plain = name => name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'object';
const bare = name => name.replace(/\.[^.]*$/, '');
const stem = () => bare(store.get().picture.name).replace(/^.*\//, '');

function canvas(box) {
  const surface = new OffscreenCanvas(box[2] - box[0], box[3] - box[1]);
  const context = surface.getContext('2d');
  context.translate(-box[0], -box[1]);
  return [surface, context];
}

const whole = ({ width, height }) => [0, 0, width, height];

/** The picture with the shown masks as a PNG. */
async function overlay(objects) {
  const { picture, view } = store.get();
  const [surface, context] = canvas(whole(picture));
  context.drawImage(byId('photo'), 0, 0, picture.width, picture.height);
  context.lineWidth = Math.max(1.5, Math.max(picture.width, picture.height) / 500);
  context.lineJoin = 'round';
  for (const object of objects) {
    const path = new Path2D(object.path);
    context.fillStyle = context.strokeStyle = css(object.color);
    context.globalAlpha = view.opacity / 100;
    context.fill(path, 'evenodd');
    context.globalAlpha = 1;
    if (view.outlines) context.stroke(path);
  }
  save(await surface.convertToBlob(), `${stem()}-masks.png`);
}

function cut(image, size, objects, box) {
  const [surface, context] = canvas(box);
  // Masks end between pixels, so filling them leaves no half-covered pixel.
  for (const object of objects) context.fill(new Path2D(object.path), 'evenodd');
  context.globalCompositeOperation = 'source-in';
  context.drawImage(image, 0, 0, size.width, size.height);
  return surface.convertToBlob();
}

/** The picture inside of masks as a PNG, the rest transparent; cropped to them or as large as the picture. */
export async function cutOut(objects, crop = false) {
  const { picture } = store.get();
  const around = (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
  const box = crop ? objects.map(object => object.box).reduce(around).map(Math.round) : whole(picture);
  save(await cut(byId('photo'), picture, objects, box), `${stem()}-${crop ? plain(objects[0].label) : 'cut-out'}.png`);
}

// Each thing of each picture, upright and cropped to it.
async function cutOuts(ids) {
  const files = [];
  for (const id of ids) {
    const document = documents.get(id);
    const objects = (document.objects.length ? document.objects.map(object => ofObject(store.get(), object)) : visible({ ...store.get(), ...document })).filter(object => object.box);
    if (objects.length === 0) continue;
    const image = await createImageBitmap(await documents.fileOf(id));
    for (const [index, object] of objects.entries()) {
      files.push({ name: `${bare(document.name)}/${object.id ?? index + 1}-${plain(object.label)}.png`, content: await cut(image, document, [object], object.box.map(Math.round)) });
    }
    image.close();
  }
  return files;
}

// A picture whose pixels are the numbers of their classes, 0 for none; the smaller things lie over the larger.
async function classMaps({ pictures, classes }) {
  const value = id => Math.max(...classes.map(one => one.id)) < 256 ? id : classes.findIndex(one => one.id === id) + 1;
  if (classes.length > 255) throw new Error(t('save.classes'));
  const palette = Array.from({ length: 256 }, () => [0, 0, 0]);
  for (const { id, color } of classes) palette[value(id)] = components(color);
  const files = [];
  for (const { name, width, height, objects } of pictures) {
    const pixels = new Uint8Array(width * height);
    for (const object of [...objects].sort((a, b) => b.area - a.area)) toBitmap(object.mask).forEach((inside, at) => { if (inside) pixels[at] = value(object.class); });
    files.push({ name: `masks/${bare(name)}.png`, content: await png(pixels, width, height, palette) });
  }
  return [{ name: 'classes.txt', content: `${classes.map(one => `${value(one.id)} ${one.name}`).join('\n')}\n` }, ...files];
}

async function thingMasks({ pictures, classes }) {
  const files = [];
  for (const { name, width, height, objects } of pictures) {
    for (const object of objects) {
      const label = classes.find(one => one.id === object.class).name;
      files.push({ name: `masks/${bare(name)}/${object.id}-${plain(label)}.png`, content: await png(toBitmap(object.mask).map(inside => 255 * inside), width, height) });
    }
  }
  return files;
}

const kinds = {
  coco: async gathered => new Blob([JSON.stringify(coco.write(gathered, store.get().server?.id), null, 1)], { type: 'application/json' }),
  yolo: gathered => zip(yolo.write(gathered)),
  classes: async gathered => zip(await classMaps(gathered)),
  things: async gathered => zip(await thingMasks(gathered)),
  cutouts: async (_, ids) => zip(await cutOuts(ids)),
};

async function run(kind) {
  const { picture, project } = store.get();
  const all = byId('save-all').checked && documents.ids().length > 1;
  const shown = picture ? visible(store.get()) : [];
  if (kind === 'overlay' || kind === 'cutout') {
    if (shown.length === 0) return announce(t('save.nothing'));
    return kind === 'overlay' ? overlay(shown) : cutOut(shown);
  }
  const gathered = picture ? gather(all ? null : picture.doc) : { pictures: [] };
  if (gathered.pictures.every(one => one.objects.length === 0)) return announce(t('save.nothing'));
  save(await kinds[kind](gathered, all ? documents.ids() : [picture.doc]), `${all ? plain(project.name) : stem()}-${kind}.${kind === 'coco' ? 'json' : 'zip'}`);
}

/** Listens. */
export function start() {
  byId('save').addEventListener('click', event => {
    const kind = event.target.closest('[data-save]')?.dataset.save;
    if (!kind) return;
    byId('save').open = false;
    run(kind).catch(fail);
  });
  store.watch((state, before) => { if (state.shelf !== before.shelf) show(byId('save-scope'), state.shelf.length > 1); });
}
