// Sets of pixels: joined, cut, taken apart. A bitmap has a byte a pixel, row by row, 1 inside.
import { strokesToBitmap } from './brush.js';
import { fromBitmap, measure, toBitmap, toPath } from './masks.js';

/** A bitmap as an object's mask: { mask, path, area, box }. */
export function toObject(bitmap, width, height) {
  const mask = fromBitmap(bitmap, width, height);
  return { mask, path: toPath(mask), ...measure(bitmap, width) };
}

/** The pixels of any of some masks. */
export function union(masks) {
  const [first, ...rest] = masks.map(toBitmap);
  for (const other of rest) for (let i = 0; i < first.length; i++) first[i] |= other[i];
  return first;
}

/** The pixels of the first mask that are not in the second. */
export function subtract(mask, other) {
  const result = toBitmap(mask);
  const gone = toBitmap(other);
  for (let i = 0; i < result.length; i++) if (gone[i]) result[i] = 0;
  return result;
}

/** Intersection over union of two masks. */
export function overlap(a, b) {
  const [first, second] = [toBitmap(a), toBitmap(b)];
  let both = 0;
  let any = 0;
  for (let i = 0; i < first.length; i++) {
    both += first[i] & second[i];
    any += first[i] | second[i];
  }
  return any ? both / any : 0;
}

/** A mask with a stroke { points, size, erase } painted over it or wiped out of it. */
export function painted(mask, stroke) {
  const [height, width] = mask.size;
  const result = toBitmap(mask);
  const reach = Math.ceil(stroke.size / 2) + 1; // only where the stroke is, so that painting a large picture is quick
  const side = (axis, limit) => {
    const values = stroke.points.map(point => point[axis]);
    return [Math.max(0, Math.floor(Math.min(...values)) - reach), Math.min(limit, Math.ceil(Math.max(...values)) + reach)];
  };
  const [[left, right], [top, bottom]] = [side(0, width), side(1, height)];
  const part = { width: right - left, height: bottom - top };
  const touched = strokesToBitmap([{ ...stroke, points: stroke.points.map(([x, y]) => [x - left, y - top]), erase: false }], part);
  for (let y = 0; y < part.height; y++) {
    for (let x = 0; x < part.width; x++) if (touched[y * part.width + x]) result[(top + y) * width + left + x] = stroke.erase ? 0 : 1;
  }
  return result;
}

/** The pieces of a mask that do not touch, each as a bitmap, the largest first; specks of a few pixels stay with the largest. */
export function pieces(mask) {
  const [height, width] = mask.size;
  const bitmap = toBitmap(mask);
  const stack = new Int32Array(bitmap.length);
  const result = [];
  for (let start = 0; start < bitmap.length; start++) {
    if (bitmap[start] !== 1) continue;
    const pixels = [];
    let depth = 0;
    stack[depth++] = start;
    bitmap[start] = 2;
    while (depth) {
      const at = stack[--depth];
      pixels.push(at);
      const x = at % width;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const next = at + dy * width + dx;
          if (x + dx < 0 || x + dx >= width || next < 0 || next >= bitmap.length || bitmap[next] !== 1) continue;
          bitmap[next] = 2;
          stack[depth++] = next;
        }
      }
    }
    result.push(pixels);
  }
  result.sort((a, b) => b.length - a.length);
  const specks = result.filter((pixels, index) => index > 0 && pixels.length < 10);
  const whole = result.filter(pixels => !specks.includes(pixels));
  return whole.map((pixels, index) => {
    const piece = new Uint8Array(width * height);
    for (const list of index === 0 ? [pixels, ...specks] : [pixels]) for (const at of list) piece[at] = 1;
    return piece;
  });
}
