// Paint: strokes to a mask of the picture's size.
import { fromBitmap, measure, toPath } from './masks.js';

/** The pixels that strokes { points, size, erase } leave, in their order, a byte each. */
export function strokesToBitmap(strokes, { width, height }) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const { points, size, erase } of strokes) {
    context.globalCompositeOperation = erase ? 'destination-out' : 'source-over';
    context.lineWidth = size;
    context.beginPath();
    context.moveTo(...points[0]);
    for (const point of points) context.lineTo(...point);
    context.stroke();
  }

  const { data } = context.getImageData(0, 0, width, height);
  const bitmap = new Uint8Array(width * height);
  for (let i = 0; i < bitmap.length; i++) bitmap[i] = data[4 * i + 3] > 127 ? 1 : 0;
  return bitmap;
}

/** The region that strokes leave: { mask, outline, area, box }. */
export function rasterise(strokes, { width, height }) {
  const bitmap = strokesToBitmap(strokes, { width, height });
  const mask = fromBitmap(bitmap, width, height);
  return { mask, outline: toPath(mask), ...measure(bitmap, width) };
}
