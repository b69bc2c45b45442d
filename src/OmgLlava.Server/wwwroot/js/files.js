// The files of a field, a drop or the clipboard, those in folders too, in the order of their names.

const order = new Intl.Collator('en', { numeric: true }).compare;
const isLabels = name => /\.json$/i.test(name);
const wanted = file => /\.(png|jpe?g|webp|bmp|gif|json)$/i.test(file.name) && !file.name.startsWith('.');

async function below(entry, path, found) {
  if (entry.isFile) {
    const file = await new Promise((done, no) => { entry.file(done, no); });
    if (path === '' || wanted(file)) found.push(named(file, path + file.name));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const entries = await new Promise((done, no) => { reader.readEntries(done, no); });
    if (entries.length === 0) return;
    for (const one of entries) await below(one, `${path}${entry.name}/`, found);
  }
}

// The path inside the folder that was dropped is the picture's name.
function named(file, path) {
  Object.defineProperty(file, 'path', { value: path.includes('/') ? path.slice(path.indexOf('/') + 1) : path });
  return file;
}

/** The files of an input or a data transfer: { files, name: of the folder or null }. */
export async function filesOf(source) {
  const entries = [...source?.items ?? []].filter(item => item.kind === 'file').map(item => item.webkitGetAsEntry?.()).filter(Boolean);
  const folders = entries.filter(entry => entry.isDirectory);
  let files = [...source?.files ?? []];
  let name = folders.length === 1 && entries.length === 1 ? folders[0].name : null;
  if (folders.length) {
    files = [];
    for (const entry of entries) await below(entry, '', files);
  } else if (files.some(file => file.webkitRelativePath)) {
    name = files[0].webkitRelativePath.split('/')[0];
    files = files.filter(wanted).map(file => named(file, file.webkitRelativePath));
  }
  return { files: files.sort((a, b) => isLabels(a.name) - isLabels(b.name) || order(a.path ?? a.name, b.path ?? b.name)), name };
}
