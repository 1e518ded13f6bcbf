import { Home, Route } from '@hearth/domain';
import { Secret } from '@hearth/runtime';
import { type FakeContext, fakeContext } from '@hearth/runtime/testing';
import { describe, expect, test } from 'vitest';
import { Certificate } from '../../certificate/kinds.ts';
import { readPair, tlsSecret } from '../../certificate/pair.ts';
import { makeAuthority, signLeaf } from '../../certificate/sign.ts';
import { certManager } from './cert-manager.ts';

const now = new Date('2030-01-01T00:00:00Z');
const host = 'rss.hearth.home.arpa';
const key = { namespace: 'home', name: 'rss-tls' };
const route = {
  apiVersion: Route.apiVersion,
  kind: Route.kind,
  metadata: { namespace: 'home', name: 'rss', uid: 'rss' },
};
const home = { apiVersion: Home.apiVersion, kind: Home.kind, metadata: { name: 'home' } };
const request = { route: route as Route, home: home as Home, host, secretName: key.name };
const issuer = certManager({ type: 'CertManager', name: 'letsencrypt', issuerKind: 'ClusterIssuer' });

/** What cert-manager does: fills the Secret and says so. */
async function obtain({ act }: FakeContext, names = host, status = 'True', generation = 1): Promise<void> {
  const authority = readPair(tlsSecret(key, await makeAuthority('home.arpa', now)));
  if (authority === undefined) throw new Error('no authority');
  await act.apply(tlsSecret(key, await signLeaf(authority, names, now)));
  const condition = { type: 'Ready', status, observedGeneration: generation, message: 'as it should be' };
  await act.patch(Certificate, key, { status: { conditions: [condition] } });
}

describe('cert-manager', () => {
  test('is asked for the host, with a Secret that Hearth can see', async () => {
    const context = fakeContext({ now });
    expect(await issuer.ensure(request, context)).toMatchObject({
      ready: false,
      reason: 'CertificatePending',
    });
    expect(context.applied).toMatchObject([
      {
        metadata: { ...key, ownerReferences: [{ uid: 'rss' }] },
        spec: {
          secretName: key.name,
          dnsNames: [host],
          issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt' },
          secretTemplate: { labels: { 'app.kubernetes.io/managed-by': 'hearth' } },
        },
      },
    ]);
  });

  test('is not asked to write into somebody else’s Secret', async () => {
    const theirs = { apiVersion: 'v1', kind: 'Secret', metadata: key, type: 'kubernetes.io/tls' };
    const context = fakeContext({ now, objects: [theirs] });
    await expect(issuer.ensure(request, context)).rejects.toMatchObject({
      reason: 'NotOurs',
      message: expect.stringContaining('Secret home/rss-tls was made by somebody else'),
    });
    expect(context.applied).toEqual([]);
  });

  test('is done when it says so and the Secret holds the certificate', async () => {
    const context = fakeContext({ now });
    await issuer.ensure(request, context);
    await obtain(context);
    expect(await issuer.ensure(request, context)).toEqual({ ready: true, renewIn: undefined });
    await context.act.delete(Secret, key);
    expect(await issuer.ensure(request, context)).toMatchObject({ ready: false });
  });

  test.each([
    ['says that it is not', host, 'False', 1],
    ['speaks of an older order', host, 'True', 0],
    ['delivered for another host', 'tv.hearth.home.arpa', 'True', 1],
  ])('is not done while it %s', async (_, names, status, generation) => {
    const context = fakeContext({ now });
    await issuer.ensure(request, context);
    await obtain(context, names, status, generation);
    expect(await issuer.ensure(request, context)).toMatchObject({
      ready: false,
      reason: 'CertificatePending',
    });
  });
});
