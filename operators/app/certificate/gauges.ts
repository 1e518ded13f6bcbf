import { X509Certificate } from 'node:crypto';
import { type Immutable, measured, type ObjectGauge, Secret, type SecretObject } from '@hearth/runtime';

/** From when to when a certificate is good. */
interface Life {
  readonly made: Date;
  readonly ends: Date;
}

/**
 * When the certificates in Secrets of the suite begin and end: those of Routes, and the home's authority. In
 * cert-manager's words; since how long before its end one should have been renewed depends on its life, both are told.
 */
export const certificateGauges: readonly ObjectGauge[] = [
  measured(
    Secret,
    'hearth_certificate_not_before_timestamp_seconds',
    'When the certificate in a Secret begins to be good, in seconds since the epoch.',
    (secret) => seconds(lifeOf(secret)?.made),
  ),
  measured(
    Secret,
    'hearth_certificate_not_after_timestamp_seconds',
    'When the certificate in a Secret ends, in seconds since the epoch.',
    (secret) => seconds(lifeOf(secret)?.ends),
  ),
];

/** Caches hand out the very object until it changes, so that a certificate is parsed once. */
const lives = new WeakMap<Immutable<SecretObject>, Life | undefined>();

function lifeOf(secret: Immutable<SecretObject>): Life | undefined {
  if (secret.type !== 'kubernetes.io/tls') return undefined;
  if (!lives.has(secret)) lives.set(secret, parse(secret.data?.['tls.crt'] ?? ''));
  return lives.get(secret);
}

function parse(encoded: string): Life | undefined {
  try {
    const { validFromDate, validToDate } = new X509Certificate(Buffer.from(encoded, 'base64'));
    return { made: validFromDate, ends: validToDate };
  } catch {
    return undefined; // not PEM, or cut short: whoever needs it says so
  }
}

const seconds = (time: Date | undefined): number | undefined => time && time.getTime() / 1000;
