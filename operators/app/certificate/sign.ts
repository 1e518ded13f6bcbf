// tsyringe, on which x509 stands, needs Reflect.getMetadata: this import must come first.
import 'reflect-metadata';

import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { nameConstraints } from './name-constraints.ts';
import type { Pair, PemPair } from './pair.ts';

// Import this file lazily: x509 takes 20 MB that a process with nothing to sign can do without.

const day = 86_400_000;
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A machine's clock may be this far behind the one that signs, in milliseconds. */
const leeway = 3_600_000;

/** How long an authority lasts. */
export const authorityLife = 3650 * day;
/** How long a leaf lasts; phones refuse more than 825 days of an authority that was added by hand. */
export const leafLife = 90 * day;

/** Makes an authority that can vouch for `domain` and the names below it, and for nothing else. */
export async function makeAuthority(domain: string, now: Date): Promise<PemPair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      // A common name takes 64 characters.
      name: [{ O: ['Hearth'] }, { CN: [`Hearth ${domain}`.slice(0, 64)] }],
      keys,
      signingAlgorithm: ecdsa,
      notBefore: new Date(now.getTime() - leeway),
      notAfter: new Date(now.getTime() + authorityLife),
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        new x509.Extension(nameConstraints(domain)),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate), key: await exportKey(keys) };
}

/**
 * Signs a certificate for one host, with a new key. It never outlasts the authority. The host stands in the
 * alternative name alone, critical since the subject is empty (RFC 5280, 4.2.1.6): a common name is too short
 * for many hosts.
 */
export async function signLeaf(authority: Pair, host: string, now: Date): Promise<PemPair> {
  const keys = await newKeys();
  const issuer = new x509.X509Certificate(authority.certificate.raw);
  const end = Math.min(now.getTime() + leafLife, authority.certificate.validToDate.getTime());
  const certificate = await x509.X509CertificateGenerator.create(
    {
      issuer: issuer.subjectName,
      publicKey: keys.publicKey,
      signingKey: authority.key.toCryptoKey(ecdsa, false, ['sign']),
      signingAlgorithm: ecdsa,
      notBefore: new Date(now.getTime() - leeway),
      notAfter: new Date(end),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }], true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
        await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  return { certificate: pem(certificate), key: await exportKey(keys) };
}

const newKeys = () => webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);

const pem = (certificate: x509.X509Certificate) => `${certificate.toString('pem')}\n`;

async function exportKey(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const bytes = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return `${x509.PemConverter.encode(bytes, 'PRIVATE KEY')}\n`;
}
