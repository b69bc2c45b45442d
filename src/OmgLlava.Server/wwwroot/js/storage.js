// The browser's own database: projects, their pictures and what was made of them. Without one the page works, and says that it keeps nothing.

const stores = { projects: 'id', pictures: 'id', files: null };
let opening = null;

function open() {
  opening ??= new Promise((done, no) => {
    const request = indexedDB.open('omg-llava-studio', 1);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(stores)) {
        const store = request.result.createObjectStore(name, keyPath ? { keyPath } : undefined);
        if (name === 'pictures') store.createIndex('project', 'project');
      }
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opening = null; };
      done(request.result);
    };
    request.onerror = () => no(request.error);
  });
  opening.catch(() => { opening = null; });
  return opening;
}

async function run(mode, work) {
  const database = await open();
  const transaction = database.transaction(Object.keys(stores), mode);
  const result = work(name => transaction.objectStore(name));
  return new Promise((done, no) => {
    transaction.oncomplete = () => done(result?.result);
    transaction.onabort = transaction.onerror = () => no(transaction.error);
  });
}

/** All projects, the latest change first. */
export const projects = async () => (await run('readonly', store => store('projects').getAll())).sort((a, b) => b.changed - a.changed);

/** A project; undefined when there is none. */
export const project = id => run('readonly', store => store('projects').get(id));

/** The pictures of a project, in their order. */
export const pictures = async id => (await run('readonly', store => store('pictures').index('project').getAll(id))).sort((a, b) => a.order - b.order);

/** The file of a picture. */
export const file = id => run('readonly', store => store('files').get(id));

/** Writes a project and pictures, all or nothing. */
export const put = (project, pictures, files = []) => run('readwrite', store => {
  if (project) store('projects').put(project);
  for (const picture of pictures) store('pictures').put(picture);
  for (const [id, blob] of files) store('files').put(blob, id);
});

/** Takes pictures away. */
export const removePictures = ids => run('readwrite', store => {
  for (const id of ids) {
    store('pictures').delete(id);
    store('files').delete(id);
  }
});

/** Takes a project with its pictures away. */
export const removeProject = (id, pictures) => run('readwrite', store => {
  store('projects').delete(id);
  for (const picture of pictures) {
    store('pictures').delete(picture);
    store('files').delete(picture);
  }
});
