// Masks: COCO's compressed run lengths to pixels and back, pixels to outlines. A mask is { size: [height, width], counts }.

/** Run lengths, column by column, background first. */
export function runs(counts) {
  const result = [];
  for (let at = 0; at < counts.length;) {
    let value = 0;
    let shift = 0;
    let code;
    do {
      code = counts.charCodeAt(at++) - 48;
      value += (code & 0x1f) * 2 ** shift;
      shift += 5;
    } while (code & 0x20);
    if (code & 0x10) value -= 2 ** shift;
    if (result.length > 2) value += result[result.length - 2];
    result.push(value);
  }
  return result;
}

function compress(lengths) {
  let text = '';
  lengths.forEach((length, index) => {
    let value = index > 2 ? length - lengths[index - 2] : length;
    let more = true;
    while (more) {
      let code = value & 0x1f;
      value >>= 5;
      more = code & 0x10 ? value !== -1 : value !== 0;
      if (more) code |= 0x20;
      text += String.fromCharCode(code + 48);
    }
  });
  return text;
}

/** The mask of run lengths. */
export const fromRuns = (lengths, width, height) => ({ size: [height, width], counts: compress(lengths) });

// The vertical stretches of pixels inside: column, first row, row after the last.
function stretches({ size: [height], counts }) {
  const result = [];
  let at = 0;
  runs(counts).forEach((length, index) => {
    const end = at + length;
    while (index % 2 === 1 && at < end) {
      const x = Math.floor(at / height);
      const next = Math.min(end, (x + 1) * height);
      result.push([x, at - x * height, next - x * height]);
      at = next;
    }
    at = end;
  });
  return result;
}

// A byte a pixel of a part of the mask, row by row, 1 inside.
function paint(parts, left, top, width, height) {
  const bitmap = new Uint8Array(width * height);
  for (const [x, from, to] of parts) for (let i = (from - top) * width + x - left, end = (to - top) * width; i < end; i += width) bitmap[i] = 1;
  return bitmap;
}

/** A byte a pixel, row by row, 1 inside. */
export const toBitmap = mask => paint(stretches(mask), 0, 0, mask.size[1], mask.size[0]);

/** The mask of a byte a pixel, row by row. */
export function fromBitmap(bitmap, width, height) {
  const lengths = [];
  let inside = 0;
  let length = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0, at = x; y < height; y++, at += width) {
      if (bitmap[at] !== inside) {
        lengths.push(length);
        inside = 1 - inside;
        length = 0;
      }
      length++;
    }
  }
  lengths.push(length);
  return fromRuns(lengths, width, height);
}

/** Pixels inside, and left, top, right, bottom (null when there are none). */
export function measure(bitmap, width) {
  let area = 0;
  let [left, top, right, bottom] = [width, -1, 0, 0];
  for (let first = bitmap.indexOf(1); first !== -1;) {
    const y = Math.floor(first / width); // from row to row that has something
    const end = (y + 1) * width;
    if (top < 0) top = y;
    bottom = y + 1;
    left = Math.min(left, first - y * width);
    right = Math.max(right, bitmap.lastIndexOf(1, end - 1) + 1 - y * width);
    for (let i = first; i < end; i++) area += bitmap[i];
    first = end < bitmap.length ? bitmap.indexOf(1, end) : -1;
  }
  return { area, box: area ? [left, top, right, bottom] : null };
}

/**
 * The outline between pixels as SVG path data. Each boundary edge starts at a grid corner and keeps the inside on its right; at a corner
 * where two regions touch, the turn to the right keeps them apart.
 */
export function toPath(mask) {
  const columns = stretches(mask);
  if (columns.length === 0) return '';
  const left = columns[0][0];
  const top = columns.reduce((least, column) => Math.min(least, column[1]), Infinity);
  const width = columns[columns.length - 1][0] + 1 - left;
  const height = columns.reduce((most, column) => Math.max(most, column[2]), 0) - top;
  const bitmap = paint(columns, left, top, width, height); // only where the mask is, so that a small mask of a large picture is quick
  const inside = (x, y) => x >= 0 && y >= 0 && x < width && y < height && bitmap[y * width + x] === 1;
  const stride = width + 1;
  const leaving = new Uint8Array(stride * (height + 1)); // bits: edges that leave a corner to the right, down, left, up
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!bitmap[y * width + x]) continue;
      if (!inside(x, y - 1)) leaving[y * stride + x] |= 1;
      if (!inside(x + 1, y)) leaving[y * stride + x + 1] |= 2;
      if (!inside(x, y + 1)) leaving[(y + 1) * stride + x + 1] |= 4;
      if (!inside(x - 1, y)) leaving[(y + 1) * stride + x] |= 8;
    }
  }

  const step = [1, stride, -1, -stride];
  const parts = [];
  for (let start = 0; start < leaving.length; start++) {
    while (leaving[start]) {
      let at = start;
      let direction = Math.log2(leaving[start] & -leaving[start]);
      parts.push(`M${left + at % stride} ${top + Math.floor(at / stride)}`);
      do {
        while (leaving[at] & (1 << direction)) {
          leaving[at] &= ~(1 << direction);
          at += step[direction];
          if (turn(at, direction) !== direction) break;
        }
        parts.push(direction % 2 === 0 ? `H${left + at % stride}` : `V${top + Math.floor(at / stride)}`);
        direction = turn(at, direction);
      } while (direction >= 0);
      parts.push('Z');
    }
  }
  return parts.join('');

  // The next direction at a corner: right turn first, then straight on, then left; -1 when the outline is closed.
  function turn(at, direction) {
    for (const next of [(direction + 1) & 3, direction, (direction + 3) & 3]) if (leaving[at] & (1 << next)) return next;
    return -1;
  }
}
