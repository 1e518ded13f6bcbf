import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type Immutable, type Key, Secret, type SecretObject } from '@hearth/runtime';
import { encodeSecret } from '../binding.ts';
import { labels, manager, systemNamespace } from '../names.ts';
import { nameConstraints } from './name-constraints.ts';

/** A certificate and its key, both in PEM. */
export interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate and the key that belongs to it. */
export interface Pair {
  readonly certificate: X509Certificate;
  readonly key: KeyObject;
}

/** Where the home's local authority is kept. */
export const authorityKey = { namespace: systemNamespace, name: 'hearth-local-ca' } as const;

/** The certificate and key of a TLS Secret; undefined unless both can be read and belong together. */
export function readPair(secret: Pick<Immutable<SecretObject>, 'data'> | undefined): Pair | undefined {
  const [certificate, key] = [secret?.data?.['tls.crt'], secret?.data?.['tls.key']];
  if (certificate === undefined || key === undefined) return undefined;
  try {
    const pair = {
      certificate: new X509Certificate(Buffer.from(certificate, 'base64')),
      key: createPrivateKey(Buffer.from(key, 'base64')),
    };
    return pair.certificate.checkPrivateKey(pair.key) ? pair : undefined;
  } catch {
    return undefined; // not PEM, or cut short: as good as none
  }
}

/** A TLS Secret (type kubernetes.io/tls) of the suite, with the authority's certificate beside where it has one. */
export function tlsSecret(
  key: Required<Key> & { readonly namespace: string },
  pair: PemPair,
  authority?: string,
): SecretObject {
  return {
    apiVersion: Secret.apiVersion,
    kind: Secret.kind,
    metadata: { ...key, labels: { [labels.managedBy]: manager } },
    type: 'kubernetes.io/tls',
    data: encodeSecret({
      'tls.crt': pair.certificate,
      'tls.key': pair.key,
      ...(authority === undefined ? {} : { 'ca.crt': authority }),
    }),
  };
}

/** Whether an authority's certificate is limited to exactly this domain. */
export function isLimitedTo(authority: X509Certificate, domain: string): boolean {
  // DER has one encoding of a value, so the extension's bytes stand in the certificate as they are.
  return authority.ca && authority.raw.includes(nameConstraints(domain));
}

/** Whether the authority, with this very key, signed the certificate. */
export function isSignedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

/** The DNS names that a certificate is for. */
export function dnsNamesOf(certificate: X509Certificate): string[] {
  const names = certificate.subjectAltName?.split(', ') ?? [];
  return names.filter((name) => name.startsWith('DNS:')).map((name) => name.slice('DNS:'.length));
}
