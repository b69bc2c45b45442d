// A ZIP of files that are stored as they are (APPNOTE 6.3.10); names are UTF-8.
import { crc32 } from './crc.js';

const utf8 = 0x0800;
const day = (1 << 5) | 1; // 1 January 1980, so that the same files give the same ZIP

function header(signature, fields) {
  const view = new DataView(new ArrayBuffer(4 + fields.reduce((sum, [size]) => sum + size, 0)));
  view.setUint32(0, signature, true);
  let at = 4;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

/** A ZIP of files { name, content: text, bytes or a blob }. */
export async function zip(files) {
  const parts = [];
  const directory = [];
  let offset = 0;
  for (const { name, content } of files) {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content instanceof Blob ? await content.arrayBuffer() : content);
    const label = new TextEncoder().encode(name);
    const common = [[2, 20], [2, utf8], [2, 0], [2, 0], [2, day], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length], [2, label.length], [2, 0]];
    const local = header(0x04034b50, common);
    parts.push(local, label, bytes);
    directory.push(header(0x02014b50, [[2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), label);
    offset += local.length + label.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = header(0x06054b50, [[2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, offset], [2, 0]]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
