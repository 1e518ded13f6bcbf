import { Secret, type SecretObject } from '@hearth/runtime';
import { expect, test } from 'vitest';
import { certificateGauges } from './gauges.ts';
import { authorityKey, tlsSecret } from './pair.ts';
import { authorityLife, makeAuthority } from './sign.ts';

const now = new Date('2026-01-01T00:00:00Z');
const authority = tlsSecret(authorityKey, await makeAuthority('hearth.home.arpa', now));
const told = (secret: SecretObject) => certificateGauges.map(({ value }) => value(secret));

test('a certificate tells when it begins and ends, in seconds', () => {
  const hour = 3600;
  const epoch = now.getTime() / 1000;
  expect(certificateGauges.map(({ name }) => name)).toEqual([
    'hearth_certificate_not_before_timestamp_seconds',
    'hearth_certificate_not_after_timestamp_seconds',
  ]);
  expect(told(authority)).toEqual([epoch - hour, epoch + authorityLife / 1000]);
  expect(told(authority)).toEqual(told({ ...authority }));
});

test.each<[what: string, change: Partial<SecretObject>]>([
  ['a Secret of another type', { type: 'Opaque' }],
  ['one without data', { data: {} }],
  ['one that was damaged', { data: { 'tls.crt': 'AAAA', 'tls.key': 'AAAA' } }],
])('%s tells nothing', (_, change) => {
  expect(told({ ...authority, kind: Secret.kind, ...change })).toEqual([undefined, undefined]);
});
