import { carryOut, onSubmit } from './form.js';
import { hasPasskeys, inWords, makePasskey, post } from './passkeys.js';

/** @param {HTMLFormElement} form */
async function enrol(form) {
  const { at } = form.dataset;
  const to = /** @type {HTMLElement | null} */ (form.closest('[data-to]'))?.dataset.to;
  const response = await makePasskey(await post(`${at}/options`));
  const name = new FormData(form).get('name');
  const answer = await post(`${at}/verify`, { response, name, ...(to !== undefined && { to }) });
  location.assign(answer.location);
}

const forms = /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll('.make-passkey'));
for (const form of hasPasskeys() ? forms : []) {
  form.hidden = false;
  onSubmit(form, () => void carryOut(form, () => enrol(form), inWords));
}
if (!hasPasskeys()) {
  for (const words of document.querySelectorAll('.no-passkeys')) words.removeAttribute('hidden');
}
