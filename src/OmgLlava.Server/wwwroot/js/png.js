// PNG files with one byte a pixel: grey, or numbers into a palette, which a canvas cannot write.
import { crc32 } from './crc.js';

async function deflate(bytes) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'))).arrayBuffer());
}

function chunk(type, content) {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set([...type].map(letter => letter.charCodeAt(0)), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}

/** A PNG of a byte a pixel, row by row; with a palette [[r, g, b], ...] the bytes are numbers into it, else grey. */
export async function png(pixels, width, height, palette = null) {
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head.set([8, palette ? 3 : 0, 0, 0, 0], 8);
  const rows = new Uint8Array((width + 1) * height); // each row begins with its filter, none
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return new Blob([
    new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]), chunk('IHDR', head), ...(palette ? [chunk('PLTE', new Uint8Array(palette.flat()))] : []),
    chunk('IDAT', await deflate(rows)), chunk('IEND', new Uint8Array(0)),
  ], { type: 'image/png' });
}
