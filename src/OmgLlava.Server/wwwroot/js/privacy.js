// What the first page may promise: nothing leaves this machine only when the server is on it.
import { byId } from './dom.js';
import { onLanguage, t } from './i18n.js';

const here = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/;

/** Whether the server is on the machine of the browser. */
export const local = (host = location.hostname) => here.test(host);

/** Writes it. */
export function start() {
  onLanguage(() => { byId('privacy').textContent = local() ? t('privacy.local') : t('privacy.server', { host: location.host }); });
}
