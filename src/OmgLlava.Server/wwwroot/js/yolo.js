// YOLO's form of labels for segmentation: a text file a picture, a line a thing: the class by its place in the list, then one outline, in shares of the size.

// The rings of an outline "M x y H x V y ... Z".
function rings(path) {
  return path.split('M').slice(1).map(text => {
    const points = [];
    let x = 0;
    let y = 0;
    for (const [, command, first, second] of `M${text}`.matchAll(/([MHVZ])(?:([\d.]+) ?([\d.]+)?)?/g)) {
      if (command === 'M') [x, y] = [Number(first), Number(second)];
      if (command === 'H') x = Number(first);
      if (command === 'V') y = Number(first);
      if (command !== 'Z') points.push([x, y]);
    }
    const [last, begin] = [points.at(-1), points[0]];
    if (points.length > 1 && last[0] === begin[0] && last[1] === begin[1]) points.pop();
    return points;
  });
}

const area = ring => Math.abs(ring.reduce((sum, [x, y], index) => sum + x * ring[(index + 1) % ring.length][1] - y * ring[(index + 1) % ring.length][0], 0));

/** One closed line through all rings: a line has one outline only, so parts and holes are joined by a way there and the same way back. */
export function oneOutline(path) {
  const [first, ...rest] = rings(path).sort((a, b) => area(b) - area(a));
  let line = first;
  for (const ring of rest) {
    let best = [Infinity, 0, 0];
    line.forEach(([x, y], i) => ring.forEach(([u, v], j) => {
      const distance = (x - u) ** 2 + (y - v) ** 2;
      if (distance < best[0]) best = [distance, i, j];
    }));
    const [, i, j] = best;
    line = [...line.slice(0, i + 1), ...ring.slice(j), ...ring.slice(0, j + 1), ...line.slice(i)];
  }
  return line;
}

const share = value => Number(value.toFixed(6)).toString();

/** The files of pictures and classes. */
export function write({ pictures, classes }) {
  const files = pictures.map(({ name, width, height, objects }) => ({
    name: `labels/${name.replace(/\.[^.]*$/, '')}.txt`,
    content: objects.map(object => [classes.findIndex(one => one.id === object.class), ...oneOutline(object.path).flatMap(([x, y]) => [share(x / width), share(y / height)])].join(' ')).join('\n') + (objects.length ? '\n' : ''),
  }));
  const names = classes.map((one, index) => `  ${index}: ${JSON.stringify(one.name)}`).join('\n');
  return [{ name: 'data.yaml', content: `path: .\ntrain: images\nval: images\nnames:\n${names}\n` }, ...files];
}
