// Menus that open and close: by Escape, by a press elsewhere, by choosing something.
const open = () => document.querySelector('details.view[open]');

/** Closes the menu that is open, and goes back to what opened it. Returns whether there was one. */
export function close() {
  const menu = open();
  if (!menu) return false;
  const inside = menu.contains(document.activeElement);
  menu.open = false;
  if (inside) menu.querySelector('summary').focus();
  return true;
}

/** Listens. */
export function start() {
  document.addEventListener('pointerdown', event => {
    for (const menu of document.querySelectorAll('details.view[open]')) if (!menu.contains(event.target)) menu.open = false;
  });
}
