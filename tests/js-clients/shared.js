// What the scripts share: the server's address, the picture, and a check that stops them.
import { readFileSync } from 'node:fs';

export const base = process.argv[2];
export const picture = `data:image/png;base64,${readFileSync(process.argv[3]).toString('base64')}`;

export function check(condition, what) {
  if (!condition) throw new Error(`not as it should be: ${what}`);
}
