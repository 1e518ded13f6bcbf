import { z } from 'zod';
import { nioKeyHash } from './discovery.ts';
import { dnsLabel, matching, text } from './schema/fields.ts';
import type { Immutable } from './schema/immutable.ts';
import { machineFacts, machineKey } from './schema/machine.ts';

/**
 * What a machine’s agent and NIO’s enrolment endpoint say to each other: JSON over HTTPS. Each request is signed with
 * the machine’s own Ed25519 key, over a challenge that NIO gave out a moment before and the TLS key that it was given out
 * under: no clock but NIO’s has to be right, nothing that was once heard can be said again, and whoever stands in between,
 * with a TLS key of his own, hears nothing that NIO would take.
 */

export const enrolmentPaths = {
  /** `GET`: a challenge. */
  challenge: '/enrolment/v1/challenge',
  /** `POST`: a machine says that it is there. It may be said again without changing anything. */
  enrol: '/enrolment/v1/machines',
  /** `POST`: an approved machine asks for its token. */
  admission: '/enrolment/v1/admission',
} as const;

/** The answer to a `GET` of the challenge. */
export const enrolmentChallenge = z.object({
  challenge: text(256).min(16),
  /** NIO’s time: a machine without a battery behind its clock has no better one. */
  time: z.iso.datetime(),
});
export type EnrolmentChallenge = Immutable<z.infer<typeof enrolmentChallenge>>;

/** Of {@link signedText}, by the key of the same request: 64 bytes in base64. */
const signature = () => matching(88, /^[A-Za-z0-9+/]{86}==$/, 'must be an Ed25519 signature in base64');

const proof = { publicKey: machineKey(), challenge: text(256).min(16), signature: signature() };

/**
 * A join token: a Secret of this type beside the machines, with this label. It is used once, and gone then. Its keys are
 * `token`; `expires`, a time (RFC 3339); `disk`, the serial of the one disk to install on; and `erase`, which is `true`
 * where all that is on that disk may be lost. All but the first are optional.
 */
export const joinToken = {
  type: 'nio.hearth.dev/join-token',
  label: 'nio.hearth.dev/join-token',
} as const;

/**
 * A join token as a machine is given it: with the SHA-256 of NIO’s SubjectPublicKeyInfo behind it, in base64. So the
 * machine knows to whom it may show the token, and to nobody else does it.
 */
export const joinTokenText = (token: string, nioKey: string): string => `${token}@${nioKey}`;

/** What such a text says; without a key where somebody wrote the token alone. */
export function parseJoinToken(text: string): { readonly token: string; readonly nioKey?: string } {
  const at = text.lastIndexOf('@');
  const nioKey = nioKeyHash().safeParse(text.slice(at + 1));
  return at > 0 && nioKey.success ? { token: text.slice(0, at), nioKey: nioKey.data } : { token: text };
}

/** The keys in the Secret of a machine under which credentials for its flake’s repository are, as far as there are any. */
export const flakeCredentialKeys = {
  username: 'credentials.username',
  password: 'credentials.password',
  'ssh-privatekey': 'credentials.ssh-privatekey',
  known_hosts: 'credentials.known_hosts',
} as const;

/** The body of an enrolment. */
export const enrolmentOffer = z.object({
  ...proof,
  facts: machineFacts,
  mode: z.enum(['Installer', 'System']),
  version: text(32),
  /** The closure that the machine runs, of a machine that has its system already. */
  closure: text(255).optional(),
  /** Does instead of a person who compares codes; once. */
  joinToken: text(128).optional(),
});
export type EnrolmentOffer = Immutable<z.infer<typeof enrolmentOffer>>;

/** As what NIO knows a machine. */
export const enrolmentStanding = z.object({
  namespace: dnsLabel(),
  /** The name of the Machine. */
  machine: dnsLabel(),
  approved: z.boolean(),
  pairingCode: text(16),
  /** A sentence for whoever looks at the machine’s screen: why its join token did not do. */
  remark: text(1024).optional(),
});
export type EnrolmentStanding = Immutable<z.infer<typeof enrolmentStanding>>;

/** The body of a request for admission. */
export const admissionRequest = z.object(proof);
export type AdmissionRequest = Immutable<z.infer<typeof admissionRequest>>;

/** The answer to it: 200 with a token. A machine that nobody has approved yet gets 202 and its {@link EnrolmentStanding}. */
export const admission = z.object({
  namespace: dnsLabel(),
  machine: dnsLabel(),
  /** Where the machine finds the Kubernetes API. */
  apiServer: z.url({ protocol: /^https$/ }),
  /** PEM: who vouches for the API server. */
  authority: text(65_536),
  /** Of the machine’s own ServiceAccount. A secret. */
  token: text(8192),
  expires: z.iso.datetime(),
});
export type Admission = Immutable<z.infer<typeof admission>>;

/** The body of every refusal, 4xx and 5xx: a sentence for whoever looks at the machine’s screen. */
export const enrolmentRefusal = z.object({ message: text(1024) });

/**
 * What a machine signs: `purpose` is the path of the request, `nioKey` the SHA-256, in base64, of the
 * SubjectPublicKeyInfo that the machine saw of who it speaks with, `bodyDigest` the SHA-256, in hexadecimal, of the JSON
 * of the body without `signature`, its keys in the order of the schema.
 */
export const signedText = (purpose: string, nioKey: string, challenge: string, bodyDigest: string): string =>
  ['hearth-enrolment-v1', purpose, nioKey, challenge, bodyDigest].join('\n');

/** What is hashed (SHA-256) for the pairing code: this text, the SHA-256 of NIO’s SubjectPublicKeyInfo, the machine’s 32 bytes. */
export const PAIRING_CONTEXT = 'hearth-pairing-v1';

/** Crockford’s digits: none looks like another. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The pairing code: the first 60 bits of that hash, as XXXX-XXXX-XXXX. So many that nobody in between can look for keys
 * of his own that give the same code on both sides.
 */
export function pairingCode(hash: Uint8Array): string {
  let value = 0n;
  for (const byte of hash.subarray(0, 8)) value = (value << 8n) | BigInt(byte);
  value >>= 4n;
  const digits = Array.from(
    { length: 12 },
    (_, at) => DIGITS[Number((value >> BigInt(5 * (11 - at))) & 31n)],
  );
  return [0, 4, 8].map((at) => digits.slice(at, at + 4).join('')).join('-');
}
