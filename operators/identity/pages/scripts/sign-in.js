import { carryOut, onSubmit, say } from './form.js';
import { askForPasskey, hasPasskeys, inWords, post } from './passkeys.js';

/** The server takes a challenge for ten minutes; one that waits in the autofill is renewed before that. */
const RENEW_EVERY = 9 * 60_000;

const form = /** @type {HTMLFormElement} */ (document.querySelector('#sign-in'));
let asking = new AbortController();
let renewal = 0;

/** Ends what is being asked, because something else is to be. */
function askAnew() {
  asking.abort();
  clearTimeout(renewal);
  asking = new AbortController();
  return asking.signal;
}

/**
 * Asks for a passkey, and goes on to where the server says.
 * @param {any} options
 * @param {{ signal: AbortSignal, mediation?: CredentialMediationRequirement }} how
 */
async function signIn(options, how) {
  how.signal.throwIfAborted();
  const response = await askForPasskey(options, how);
  const answer = await post('/sign-in/verify', { response, to: form.dataset.to });
  location.assign(answer.location);
}

async function onPress() {
  const signal = askAnew();
  await signIn(await post('/sign-in/options'), { signal });
}

/** Has the browser offer its passkeys in the field, for as long as the page is open. Nobody has asked for it yet. */
async function offer() {
  const signal = askAnew();
  renewal = setTimeout(offer, RENEW_EVERY);
  const options = await post('/sign-in/options').catch(() => undefined);
  if (options === undefined) return;
  await signIn(options, { signal, mediation: 'conditional' }).catch((error) => {
    const words = inWords(error);
    if (words !== undefined) say(words);
  });
}

async function start() {
  form.hidden = false;
  onSubmit(form, () => void carryOut(form, onPress, inWords));
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  form.querySelector('#by-name')?.removeAttribute('hidden');
  await offer();
}

if (hasPasskeys()) void start();
else document.querySelector('#no-passkeys')?.removeAttribute('hidden');
