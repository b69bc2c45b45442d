// The clipboard, also where the page is not served over a secure connection.

/** Copies a text. */
export async function copy(text) {
  if (navigator.clipboard) {
    try {
      return await navigator.clipboard.writeText(text);
    } catch {
      // not allowed here; the old way may be
    }
  }
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'spoken';
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}
