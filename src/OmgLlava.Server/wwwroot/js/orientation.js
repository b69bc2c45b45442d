// How the camera was held: the page, like the server, shows pictures upright; files for other programs are as the stored file lies.

const tag = 0x0112;

function fromTiff(view, start) {
  const little = view.getUint16(start) === 0x4949;
  const directory = start + view.getUint32(start + 4, little);
  const count = view.getUint16(directory, little);
  for (let i = 0; i < count; i++) {
    const at = directory + 2 + 12 * i;
    if (view.getUint16(at, little) === tag) return view.getUint16(at + 8, little);
  }
  return 1;
}

const text = (view, at, length) => String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, length));

function fromJpeg(view) {
  for (let at = 2; at + 4 < view.byteLength;) {
    const marker = view.getUint16(at);
    if (marker === 0xffda || marker >> 8 !== 0xff) return 1;
    if (marker === 0xffe1 && text(view, at + 4, 4) === 'Exif') return fromTiff(view, at + 10);
    at += 2 + view.getUint16(at + 2);
  }
  return 1;
}

function fromPng(view) {
  for (let at = 8; at + 12 <= view.byteLength;) {
    if (text(view, at + 4, 4) === 'eXIf') return fromTiff(view, at + 8);
    at += 12 + view.getUint32(at);
  }
  return 1;
}

function fromWebp(view) {
  for (let at = 12; at + 8 <= view.byteLength;) {
    const length = view.getUint32(at + 4, true);
    if (text(view, at, 4) === 'EXIF') return fromTiff(view, at + 8 + (text(view, at + 8, 4) === 'Exif' ? 6 : 0));
    at += 8 + length + length % 2;
  }
  return 1;
}

/** The EXIF orientation, 1..8, of a file; 1 where it says none. */
export async function orientationOf(file) {
  try {
    const view = new DataView(await file.arrayBuffer());
    const read = view.getUint16(0) === 0xffd8 ? fromJpeg : view.getUint32(0) === 0x89504e47 ? fromPng : text(view, 0, 4) === 'RIFF' ? fromWebp : () => 1;
    const value = read(view);
    return value >= 1 && value <= 8 ? value : 1;
  } catch {
    return 1; // a file that is cut off has no orientation
  }
}

/** The size of the stored file of an upright picture. */
export const storedSize = ({ width, height, orientation = 1 }) => orientation >= 5 ? { width: height, height: width } : { width, height };

// Where a pixel of the upright picture lies in the stored file of w x h pixels.
const places = {
  1: (x, y) => [x, y], 2: (x, y, w) => [w - 1 - x, y], 3: (x, y, w, h) => [w - 1 - x, h - 1 - y], 4: (x, y, w, h) => [x, h - 1 - y],
  5: (x, y) => [y, x], 6: (x, y, w, h) => [y, h - 1 - x], 7: (x, y, w, h) => [w - 1 - y, h - 1 - x], 8: (x, y, w) => [w - 1 - y, x],
};

function move(bitmap, picture, put) {
  const { width, height, orientation = 1 } = picture;
  if (orientation === 1) return bitmap;
  const stored = storedSize(picture);
  const place = places[orientation];
  const result = new Uint8Array(bitmap.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [sx, sy] = place(x, y, stored.width, stored.height);
      put(result, y * width + x, sy * stored.width + sx);
    }
  }
  return result;
}

/** A byte a pixel of the upright picture as it lies in the stored file. */
export const toStored = (bitmap, picture) => move(bitmap, picture, (result, upright, stored) => { result[stored] = bitmap[upright]; });

/** A byte a pixel of the stored file as it lies in the upright picture. */
export const toUpright = (bitmap, picture) => move(bitmap, picture, (result, upright, stored) => { result[upright] = bitmap[stored]; });
