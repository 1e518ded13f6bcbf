/**
 * Speaks WebAuthn with the browser and JSON with the server. The browser’s own conversions from and to JSON are
 * younger than many phones.
 */

/** @typedef {{ readonly location?: string, readonly message?: string }} Answer */

/** Said to people where the server, or the way to it, gives no reason. */
const UNREACHABLE = 'Your home does not answer. Please try again in a moment.';

/** A refusal in words for people. */
export class Refused extends Error {}

/** Whether this browser knows passkeys at all. */
export const hasPasskeys = () => window.isSecureContext && 'PublicKeyCredential' in window;

/**
 * Posts JSON, and goes on to where the answer says if it refuses with an address.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>}
 */
export async function post(path, body = {}) {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const request = { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await fetch(path, request).catch(() => undefined);
  const said = await answer?.json().catch(() => undefined);
  if (answer === undefined || said === undefined) throw new Refused(UNREACHABLE);
  if (answer.ok) return said;
  if (said.location === undefined) throw new Refused(said.message ?? UNREACHABLE);
  location.assign(said.location);
  return new Promise(() => {});
}

/**
 * Asks for a passkey that signs in; with `conditional`, by the browser’s autofill.
 * @param {any} options as the server gives them
 * @param {{ signal: AbortSignal, mediation?: CredentialMediationRequirement }} how
 */
export async function askForPasskey(options, how) {
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: [] };
  return inJson(await navigator.credentials.get({ publicKey, ...how }));
}

/**
 * Makes a passkey.
 * @param {any} options as the server gives them
 */
export async function makePasskey(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: options.excludeCredentials?.map(withBytes),
  };
  return inJson(await navigator.credentials.create({ publicKey }));
}

/** @param {{ readonly id: string }} credential */
const withBytes = (credential) => ({ ...credential, id: bytes(credential.id) });

/** @param {Credential | null} given */
function inJson(given) {
  const credential = /** @type {PublicKeyCredential} */ (given);
  const { response } = /** @type {{ response: any }} */ (credential);
  /** @type {Record<string, unknown>} */
  const texts = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ['authenticatorData', 'signature', 'userHandle', 'attestationObject']) {
    if (response[name]) texts[name] = text(response[name]);
  }
  if (response.getTransports) texts.transports = response.getTransports();
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: texts };
}

/**
 * What came of asking, in words for people; nothing where they have just thought better of it.
 * @param {unknown} error
 */
export function inWords(error) {
  if (error instanceof Refused) return error.message;
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError') return 'That didn’t work, or was taking too long. Please try again.';
  if (name === 'InvalidStateError') return 'This device has a passkey of yours already.';
  if (name === 'AbortError') return undefined;
  return 'This browser could not do it. Please try again, or use another device.';
}

/** @param {string} base64url */
const bytes = (base64url) =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (letter) =>
    letter.charCodeAt(0),
  );

/** @param {ArrayBuffer} buffer */
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
