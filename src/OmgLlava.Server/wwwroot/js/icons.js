// Icons as strokes in a 24 x 24 box, put into every element with data-icon.
import { makeSvg } from './dom.js';

const shapes = {
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01',
  theme: 'M12 4v16a8 8 0 0 0 0-16zM12 4a8 8 0 0 0 0 16',
  help: 'M9.2 9.2a2.9 2.9 0 1 1 4.3 2.6c-.9.5-1.5 1-1.5 2.2M12 17.5h.01M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18z',
  select: 'M6 4l13 7.5-5.8 1.4L10 19z',
  point: 'M12 3v5M12 16v5M3 12h5M16 12h5M12 12h.01',
  brush: 'M20 4c-5 2-9 6-11 9.5l2.5 2.5C15 14 18.5 9.5 20 4zM8.5 14c-2.5 0-3.5 1.7-3.5 3.5 0 1-.5 1.5-1.5 2 3 1.2 7 .5 7.5-3.2',
  eraser: 'M8 19h12M5.2 14.3l8-8.6a1.5 1.5 0 0 1 2.2 0l3.3 3.6a1.5 1.5 0 0 1 0 2L12 19H8.5l-3.3-3a1.3 1.3 0 0 1 0-1.7zM9.5 10l5.2 5.5',
  pan: 'M12 3v18M3 12h18M12 3l-2.5 2.5M12 3l2.5 2.5M12 21l-2.5-2.5M12 21l2.5-2.5M3 12l2.5-2.5M3 12l2.5 2.5M21 12l-2.5-2.5M21 12l-2.5 2.5',
  undo: 'M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-3',
  redo: 'M16 5l4 4-4 4M20 9H10a5.5 5.5 0 0 0 0 11h3',
  clear: 'M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7M10.5 11v5M13.5 11v5',
  everything: 'M12 3l1.8 5.2L19 10l-5.2 1.8L12 17l-1.8-5.2L5 10l5.2-1.8zM18.5 15.5v4M16.5 17.5h4M5.5 16v3M4 17.5h3',
  minus: 'M6 12h12',
  plus: 'M6 12h12M12 6v12',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6a3 3 0 0 0 0-6z',
  hidden: 'M4 4l16 16M9.5 5.9A9 9 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a16 16 0 0 1-3 3.7M6 7.7A16 16 0 0 0 2.5 12S6 18.5 12 18.5a9.5 9.5 0 0 0 4-.9M10 10a3 3 0 0 0 4 4',
  download: 'M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 19.5h14',
  new: 'M12 5v14M5 12h14',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M7 7h10v10H7z',
  close: 'M6 6l12 12M18 6L6 18',
  keep: 'M6 4h12v16l-6-4.5L6 20z',
  addpart: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM8 12h8M12 8v8',
  cutpart: 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM8 12h8',
  again: 'M12 3l1.8 5.2L19 10l-5.2 1.8L12 17l-1.8-5.2L5 10l5.2-1.8zM19 17v4M17 19h4',
  merge: 'M9 4a5 5 0 0 0 0 12M9 4h6a6 6 0 0 1 0 12M9 8h6v12H9a6 6 0 0 1 0-12',
  split: 'M4 6h6v12H4zM14 6h6v12h-6M12 3v18',
  copy: 'M8 8h11v11H8zM16 8V5H5v11h3',
  pencil: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  folder: 'M3 6h6l2 2h10v11H3z',
  history: 'M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5M12 8v4l3 2',
  upload: 'M12 16V5M7.5 9.5L12 5l4.5 4.5M5 19.5h14',
  left: 'M14.5 5l-7 7 7 7',
  right: 'M9.5 5l7 7-7 7',
  ask: 'M4 5h16v11H10l-4 4v-4H4z',
  retry: 'M19 12a7 7 0 1 1-2.2-5.1L19 9M19 4.5V9h-4.5',
  absent: 'M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16zM6.5 6.5l11 11',
};

/** An icon by its name. */
export function icon(name) {
  return makeSvg('svg', { viewBox: '0 0 24 24', class: 'glyph', 'aria-hidden': 'true' }, makeSvg('path', { d: shapes[name] }));
}

/** Puts the icons into the page. */
export function placeIcons() {
  for (const element of document.querySelectorAll('[data-icon]')) element.prepend(icon(element.dataset.icon));
}
