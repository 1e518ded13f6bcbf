import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type CertificateRequest, createAuthority, isCurrent, issue, type KeyPair } from './certificates.ts';

const NOW = new Date('2026-03-01T00:00:00Z');
const inDays = (days: number) => new Date(NOW.getTime() + days * 24 * 60 * 60 * 1000);

const SERVER: CertificateRequest = {
  commonName: 'kube-apiserver',
  hosts: ['kubernetes.default.svc', '10.215.0.1'],
  usages: ['server'],
};
const CLIENT: CertificateRequest = {
  commonName: 'system:node:local',
  organization: 'system:nodes',
  usages: ['client'],
};

let authority: KeyPair;
beforeAll(async () => {
  authority = await createAuthority('test authority', NOW);
});

describe('an issued certificate', () => {
  test('is signed by its authority, for its hosts and no others', async () => {
    const certificate = new X509Certificate((await issue(authority, SERVER, NOW)).certificate);
    expect(certificate.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
    expect(certificate.checkHost('kubernetes.default.svc')).toBe('kubernetes.default.svc');
    expect(certificate.checkIP('10.215.0.1')).toBe('10.215.0.1');
    expect(certificate.checkIP('10.215.0.2')).toBeUndefined();
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  test('carries the user and group that Kubernetes reads', async () => {
    const certificate = new X509Certificate((await issue(authority, CLIENT, NOW)).certificate);
    expect(certificate.subject).toBe('O=system:nodes\nCN=system:node:local');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });

  test('has a key of its own that fits', async () => {
    const { certificate, key } = await issue(authority, CLIENT, NOW);
    const { createPrivateKey } = await import('node:crypto');
    expect(new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))).toBe(true);
  });
});

describe('isCurrent', () => {
  test.each([
    ['on the day of its issue', SERVER, 0, true],
    ['with a month and a day to go', SERVER, 334, true],
    ['within its last month', SERVER, 336, false],
    ['for a host that was added', { ...SERVER, hosts: ['kubernetes.default.svc', '10.0.0.9'] }, 0, false],
  ] as const)('%s', async (_, request, days, expected) => {
    const { certificate } = await issue(authority, SERVER, NOW);
    expect(isCurrent(certificate, authority, request, inDays(days))).toBe(expected);
  });

  test('is false for a certificate of another authority', async () => {
    const { certificate } = await issue(await createAuthority('another', NOW), SERVER, NOW);
    expect(isCurrent(certificate, authority, SERVER, NOW)).toBe(false);
  });
});
