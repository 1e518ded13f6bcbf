import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What an authenticator can be made to do wrong. */
export interface Misbehaviour {
  /** The origin of the page that asked, if not the right one. */
  readonly origin?: string;
  /** The person is there, but was not verified. */
  readonly unverified?: boolean;
  /** Says that it is for another relying party. */
  readonly rpId?: string;
  /** Names another person. */
  readonly userHandle?: string;
  /** Counts so, instead of on. */
  readonly counter?: number;
}

interface CreationOptions {
  readonly challenge: string;
  readonly rp: { readonly id?: string };
  readonly user: { readonly id: string };
}

interface RequestOptions {
  readonly challenge: string;
  readonly rpId?: string;
}

interface Credential {
  readonly id: Buffer;
  readonly key: KeyObject;
  readonly userHandle: string;
}

/**
 * A fake of an authenticator, in software, for tests: ES256 passkeys without attestation, which it signs with as
 * WebAuthn says. What is faked is the device; what it answers is checked by the real thing.
 */
export interface FakeAuthenticator {
  /** `navigator.credentials.create()`, in JSON. */
  create(options: CreationOptions, wrong?: Misbehaviour): object;
  /** `navigator.credentials.get()`, in JSON. */
  get(options: RequestOptions, wrong?: Misbehaviour): object;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

/** An authenticator whose browser is on the pages of `origin`. */
export function fakeAuthenticator(origin: string): FakeAuthenticator {
  let credential: Credential | undefined;
  let counter = 0;
  return {
    create({ challenge, rp, user }, wrong = {}) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      credential = { id: randomBytes(16), key: privateKey, userHandle: user.id };
      const data = authenticatorData(
        wrong.rpId ?? rp.id ?? '',
        { ...wrong, counter: 0 },
        attested(credential.id, publicKey),
      );
      return answer(credential.id, {
        clientDataJSON: clientData('webauthn.create', challenge, wrong.origin ?? origin),
        attestationObject: attestation(data).toString('base64url'),
        transports: ['internal'],
      });
    },
    get({ challenge, rpId }, wrong = {}) {
      if (credential === undefined) throw new Error('this authenticator has no passkey');
      counter += 1;
      const data = authenticatorData(wrong.rpId ?? rpId ?? '', { counter, ...wrong });
      const client = clientData('webauthn.get', challenge, wrong.origin ?? origin);
      const hash = createHash('sha256').update(Buffer.from(client, 'base64url')).digest();
      return answer(credential.id, {
        clientDataJSON: client,
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', Buffer.concat([data, hash]), credential.key).toString('base64url'),
        userHandle: wrong.userHandle ?? credential.userHandle,
      });
    },
  };
}

const answer = (id: Buffer, response: object) => ({
  id: id.toString('base64url'),
  rawId: id.toString('base64url'),
  type: 'public-key',
  clientExtensionResults: {},
  response,
});

const clientData = (type: string, challenge: string, origin: string): string =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url');

/** Authenticator data (WebAuthn, 6.1). */
function authenticatorData(
  rpId: string,
  { unverified = false, counter = 0 }: Misbehaviour,
  more?: Buffer,
): Buffer {
  const flags = PRESENT | (unverified ? 0 : VERIFIED) | (more === undefined ? 0 : ATTESTED);
  const fixed = Buffer.alloc(5);
  fixed.writeUInt8(flags, 0);
  fixed.writeUInt32BE(counter, 1);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), fixed, more ?? Buffer.alloc(0)]);
}

/** Attested credential data: no AAGUID, the id, and the key as COSE (RFC 9053, 7.1.1) in CBOR. */
function attested(id: Buffer, key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(id.length);
  const cose = [
    hex('a5010203262001215820'),
    Buffer.from(x, 'base64url'),
    hex('225820'),
    Buffer.from(y, 'base64url'),
  ];
  return Buffer.concat([Buffer.alloc(16), length, id, ...cose]);
}

/** An attestation object of the format `none`: `{ fmt, attStmt, authData }` in CBOR. */
function attestation(data: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(data.length);
  return Buffer.concat([
    hex('a363666d74646e6f6e656761747453746d74a068'),
    Buffer.from('authData'),
    hex('59'),
    length,
    data,
  ]);
}

const hex = (digits: string): Buffer => Buffer.from(digits, 'hex');
