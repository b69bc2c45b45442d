// What can be taken home: the picture with its masks, a cut-out, the masks as COCO JSON.
import * as store from './store.js';
import { byId, make } from './dom.js';
import { t } from './i18n.js';
import { announce, fail } from './notices.js';
import { visible } from './objects.js';
import { color } from './palette.js';

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

const stem = () => store.get().picture.name.replace(/\.[^.]*$/, '');

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
    context.fillStyle = context.strokeStyle = color(object.color);
    context.globalAlpha = view.opacity / 100;
    context.fill(path, 'evenodd');
    context.globalAlpha = 1;
    if (view.outlines) context.stroke(path);
  }
  save(await surface.convertToBlob(), `${stem()}-masks.png`);
}

/** The picture inside of masks as a PNG, the rest transparent; cropped to them or as large as the picture. */
export async function cutOut(objects, crop = false) {
  const { picture } = store.get();
  const box = crop ? objects.map(object => object.box).reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]).map(Math.round) : whole(picture);
  const [surface, context] = canvas(box);
  // Masks end between pixels, so filling them leaves no half-covered pixel.
  for (const object of objects) context.fill(new Path2D(object.path), 'evenodd');
  context.globalCompositeOperation = 'source-in';
  context.drawImage(byId('photo'), 0, 0, picture.width, picture.height);
  save(await surface.convertToBlob(), `${stem()}-${crop ? objects[0].label.replace(/[^\p{L}\p{N}]+/gu, '-') : 'cut-out'}.png`);
}

/** The shown masks in COCO's form. */
export function coco(objects, picture, model) {
  const names = [...new Set(objects.map(object => object.label))];
  return {
    info: { description: 'Masks made with OmgLlava', model },
    images: [{ id: 1, file_name: picture.name, width: picture.width, height: picture.height }],
    categories: names.map((name, index) => ({ id: index + 1, name })),
    annotations: objects.map(({ label, mask, area, box, score }, index) => ({
      id: index + 1, image_id: 1, category_id: names.indexOf(label) + 1, iscrowd: 0, segmentation: mask, area,
      bbox: [box[0], box[1], box[2] - box[0], box[3] - box[1]], score,
    })),
  };
}

/** Listens. */
export function start() {
  byId('save').addEventListener('click', async event => {
    const kind = event.target.closest('[data-save]')?.dataset.save;
    if (!kind) return;
    byId('save').open = false;
    const { picture, server } = store.get();
    const objects = picture ? visible(store.get()) : [];
    if (objects.length === 0) return announce(t('save.nothing'));
    try {
      if (kind === 'overlay') await overlay(objects);
      if (kind === 'cutout') await cutOut(objects);
      if (kind === 'coco') save(new Blob([JSON.stringify(coco(objects, picture, server?.id), null, 1)], { type: 'application/json' }), `${stem()}-coco.json`);
    } catch (error) {
      fail(error);
    }
  });
}
