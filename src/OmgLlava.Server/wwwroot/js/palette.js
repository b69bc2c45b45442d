// Colours of masks and their phrases by index: the same as the library's Palette.
const first = [
  [230, 75, 53], [67, 147, 221], [64, 176, 96], [242, 165, 41], [152, 102, 212],
  [32, 178, 170], [233, 109, 173], [160, 130, 60], [120, 190, 33], [90, 110, 200],
];

function fromHsv(hue, saturation, value) {
  const channel = n => {
    const k = (n + hue / 60) % 6;
    return Math.round(255 * (value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return [channel(5), channel(3), channel(1)];
}

/** Red, green and blue, 0..255, of the mask with an index. */
export function rgb(index) {
  if (index < first.length) return first[index];
  // Steps of the golden angle never come back to a hue that was used shortly before.
  return fromHsv((index * 137.50776) % 360, 0.68, index % 2 === 0 ? 0.85 : 0.68);
}

/** The CSS colour of an index, or of a colour that a user chose, '#rrggbb'. */
export const css = color => typeof color === 'string' ? color : `rgb(${rgb(color).join(' ')})`;

/** The lowest `count` indices that are not in `used`. */
export function freeIndices(used, count) {
  const taken = new Set(used);
  const free = [];
  for (let index = 0; free.length < count; index++) if (!taken.has(index)) free.push(index);
  return free;
}
