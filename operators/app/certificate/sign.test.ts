// Before x509, which needs it.
import 'reflect-metadata';

import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { describe, expect, test } from 'vitest';
import { dnsNamesOf, isLimitedTo, isSignedBy, type PemPair, readPair, tlsSecret } from './pair.ts';
import { authorityLife, leafLife, makeAuthority, signLeaf } from './sign.ts';

const domain = 'hearth.home.arpa';
const host = `rss.${domain}`;

const load = (pem: PemPair) => {
  const pair = readPair(tlsSecret({ namespace: 'home', name: 'any' }, pem));
  if (pair === undefined) throw new Error('the pair cannot be read');
  return pair;
};

/** What OpenSSL says to a client that trusts the authority alone: `authorized`, or why not. */
async function shakeHands(leaf: PemPair, authority: PemPair, servername: string): Promise<string> {
  const server = createServer({ cert: leaf.certificate, key: leaf.key }, (socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: '127.0.0.1', port, servername, ca: authority.certificate });
  try {
    await once(client, 'secureConnect');
    return 'authorized';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    client.destroy();
    server.close();
  }
}

/** What somebody who stole the authority's key could sign: a certificate for an address. */
async function forgeForAddress(authority: PemPair, address: string): Promise<PemPair> {
  const { certificate, key } = load(authority);
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const signed = await x509.X509CertificateGenerator.create({
    issuer: new x509.X509Certificate(certificate.raw).subjectName,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
    signingKey: key.toCryptoKey(ecdsa, false, ['sign']),
    signingAlgorithm: ecdsa,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: address }], true)],
  });
  return {
    certificate: signed.toString('pem'),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

describe('a home’s authority', () => {
  test.each([
    ['its own domain', domain],
    ['a host of it', host],
    ['a host two levels below', `a.b.${domain}`],
    ['a host longer than a common name', `${'a'.repeat(60)}.${domain}`],
  ])('vouches for %s', async (_, name) => {
    const authority = await makeAuthority(domain, new Date());
    expect(await shakeHands(await signLeaf(load(authority), name, new Date()), authority, name)).toBe(
      'authorized',
    );
  });

  test.each([
    ['another domain', 'bank.example'],
    ['the domain above', 'home.arpa'],
    ['a domain that only ends alike', `evil${domain}`],
    ['a domain that only begins alike', `${domain}.example`],
  ])('signs for %s, and OpenSSL refuses what it signed', async (_, name) => {
    const authority = await makeAuthority(domain, new Date());
    const forged = await signLeaf(load(authority), name, new Date());
    expect(await shakeHands(forged, authority, name)).toBe('permitted subtree violation');
  });

  test('is an authority for ten years, for leaves alone, and limited to its domain', async () => {
    const now = new Date('2030-01-01T00:00:00Z');
    const { certificate } = load(await makeAuthority(domain, now));
    expect(certificate.ca).toBe(true);
    expect(certificate.validToDate.getTime() - now.getTime()).toBe(authorityLife);
    expect(certificate.toLegacyObject()).toMatchObject({ ca: true, bits: 256, nistCurve: 'P-256' });
    expect(isLimitedTo(certificate, domain)).toBe(true);
    expect(isLimitedTo(certificate, 'home.arpa')).toBe(false);
    expect(isLimitedTo(certificate, `x.${domain}`)).toBe(false);
  });

  test('can’t vouch for an address either', async () => {
    const authority = await makeAuthority(domain, new Date());
    expect(await shakeHands(await forgeForAddress(authority, '127.0.0.1'), authority, '')).toBe(
      'excluded subtree violation',
    );
  });

  test('is limited also where the domain needs the long form of a length', async () => {
    const long = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(50)).join('.');
    const authority = await makeAuthority(long, new Date());
    const leaf = await signLeaf(load(authority), `rss.${long}`, new Date());
    expect(isLimitedTo(load(authority).certificate, long)).toBe(true);
    expect(await shakeHands(leaf, authority, `rss.${long}`)).toBe('authorized');
  });
});

describe('a leaf', () => {
  test('is for its host alone', async () => {
    const authority = await makeAuthority(domain, new Date());
    const leaf = await signLeaf(load(authority), host, new Date());
    expect(dnsNamesOf(load(leaf).certificate)).toEqual([host]);
    expect(load(leaf).certificate.ca).toBe(false);
    expect(await shakeHands(leaf, authority, `music.${domain}`)).toContain('does not match certificate');
  });

  test('is known by the key that signed it, not by the name of who did', async () => {
    const [authority, namesake] = [
      await makeAuthority(domain, new Date()),
      await makeAuthority(domain, new Date()),
    ];
    const leaf = await signLeaf(load(authority), host, new Date());
    expect(isSignedBy(load(leaf).certificate, load(authority).certificate)).toBe(true);
    expect(isSignedBy(load(leaf).certificate, load(namesake).certificate)).toBe(false);
    expect(await shakeHands(leaf, namesake, host)).not.toBe('authorized');
  });

  test('lasts 90 days, and never longer than the authority', async () => {
    const made = new Date('2030-01-01T00:00:00Z');
    const authority = load(await makeAuthority(domain, made));
    const early = load(await signLeaf(authority, host, made)).certificate;
    expect(early.validToDate.getTime() - made.getTime()).toBe(leafLife);
    const lastDay = new Date(made.getTime() + authorityLife - 86_400_000);
    const late = load(await signLeaf(authority, host, lastDay)).certificate;
    expect(late.validToDate).toEqual(authority.certificate.validToDate);
  });
});

describe('a TLS Secret', () => {
  test('gives back the pair that it was made of', async () => {
    const pem = await makeAuthority(domain, new Date());
    expect(load(pem).certificate.raw).toEqual(new X509Certificate(pem.certificate).raw);
  });

  test('is as good as none where it is empty, cut short, or its halves are of different pairs', async () => {
    const [one, other] = [await makeAuthority(domain, new Date()), await makeAuthority(domain, new Date())];
    const secretOf = (pem: PemPair) => tlsSecret({ namespace: 'home', name: 'any' }, pem);
    expect(readPair(undefined)).toBeUndefined();
    expect(readPair({ data: {} })).toBeUndefined();
    expect(readPair(secretOf({ ...one, certificate: one.certificate.slice(0, 80) }))).toBeUndefined();
    expect(readPair(secretOf({ ...one, key: 'no key' }))).toBeUndefined();
    expect(readPair(secretOf({ ...one, key: other.key }))).toBeUndefined();
  });
});
