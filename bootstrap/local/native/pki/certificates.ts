import 'reflect-metadata';
import { createPrivateKey, KeyObject, webcrypto, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;
const LEAF_DAYS = 365;
const RENEW_BEFORE_DAYS = 30;

/** A certificate and its private key, PEM each. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate is to say. */
export interface CertificateRequest {
  readonly commonName: string;
  /** Kubernetes reads these as groups. */
  readonly organization?: string;
  /** DNS names and IP addresses of a server. */
  readonly hosts?: readonly string[];
  readonly usages: readonly ('client' | 'server')[];
}

/** A new self-signed certificate authority, valid for ten years. */
export async function createAuthority(commonName: string, now: Date): Promise<KeyPair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(now, AUTHORITY_DAYS),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: keyToPem(keys.privateKey) };
}

/** A certificate signed by the authority, valid for a year. */
export async function issue(authority: KeyPair, request: CertificateRequest, now: Date): Promise<KeyPair> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    issuer: issuer.subjectName,
    subject: subjectOf(request),
    publicKey: keys.publicKey,
    signingKey: keyFromPem(authority.key),
    signingAlgorithm: ALGORITHM,
    ...validity(now, LEAF_DAYS),
    extensions: await leafExtensions(request, issuer),
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: keyToPem(keys.privateKey) };
}

/**
 * Whether a certificate is still what the request asks for: from this authority, for these hosts, and not about
 * to end. One that is not is issued again.
 */
export function isCurrent(
  certificate: string,
  authority: KeyPair,
  request: CertificateRequest,
  now: Date,
): boolean {
  const issuer = new X509Certificate(authority.certificate);
  const given = new X509Certificate(certificate);
  const hosts = request.hosts ?? [];
  return (
    given.verify(issuer.publicKey) &&
    hosts.every((host) => (isIP(host) ? given.checkIP(host) : given.checkHost(host)) !== undefined) &&
    given.validToDate.getTime() - now.getTime() > RENEW_BEFORE_DAYS * DAY
  );
}

const USAGES = {
  client: x509.ExtendedKeyUsage.clientAuth,
  server: x509.ExtendedKeyUsage.serverAuth,
} as const;

async function leafExtensions(
  request: CertificateRequest,
  issuer: x509.X509Certificate,
): Promise<x509.Extension[]> {
  const names = (request.hosts ?? []).map((host) => ({
    type: isIP(host) ? ('ip' as const) : ('dns' as const),
    value: host,
  }));
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension(request.usages.map((usage) => USAGES[usage])),
    await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
  ];
}

function subjectOf(request: CertificateRequest): x509.JsonName {
  const organization = request.organization ? [{ O: [request.organization] }] : [];
  return [...organization, { CN: [request.commonName] }];
}

/** An hour of grace for a clock that was set back. */
const validity = (now: Date, days: number) => ({
  notBefore: new Date(now.getTime() - 60 * 60 * 1000),
  notAfter: new Date(now.getTime() + days * DAY),
});

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

const keyToPem = (key: webcrypto.CryptoKey): string =>
  KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();

const keyFromPem = (pem: string): webcrypto.CryptoKey =>
  createPrivateKey(pem).toCryptoKey(ALGORITHM, true, ['sign']);
