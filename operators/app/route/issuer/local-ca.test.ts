import { Home, Route } from '@hearth/domain';
import { type Resource, Secret } from '@hearth/runtime';
import { type FakeContext, fakeContext } from '@hearth/runtime/testing';
import { describe, expect, test } from 'vitest';
import { Certificate } from '../../certificate/kinds.ts';
import { authorityKey, dnsNamesOf, isSignedBy, readPair, tlsSecret } from '../../certificate/pair.ts';
import { leafLife, makeAuthority } from '../../certificate/sign.ts';
import { deletedByName } from '../../testing/deletions.ts';
import { localAuthority } from './local-ca.ts';

const day = 86_400_000;
const start = '2030-01-01T00:00:00Z';
const host = 'rss.hearth.home.arpa';
const secretName = 'rss-tls';

const home: Home = {
  apiVersion: Home.apiVersion,
  kind: Home.kind,
  metadata: { name: 'home', uid: 'home' },
  spec: {
    domain: 'hearth.home.arpa',
    httpsPort: 443,
    timeZone: 'UTC',
    certificateIssuer: { type: 'LocalCA' },
    exposure: 'lan',
  },
};
const route: Route = {
  apiVersion: Route.apiVersion,
  kind: Route.kind,
  metadata: { namespace: 'home', name: 'rss', uid: 'rss' },
  spec: {
    providerRef: { namespace: 'home', name: 'traefik' },
    host: 'rss',
    service: 'rss',
    port: 80,
    exposure: 'lan',
  },
};

const authoritySecret = async (domain: string) =>
  tlsSecret(authorityKey, await makeAuthority(domain, new Date(start)));
const cluster = async (...objects: Resource[]) =>
  fakeContext({ now: start, objects: [await authoritySecret(home.spec.domain), ...objects] });

const ensure = (context: FakeContext, more = {}) =>
  localAuthority.ensure({ home, route, host, secretName, ...more }, context);
const leafIn = ({ read }: FakeContext) => {
  const pair = readPair(read.get(Secret, { namespace: 'home', name: secretName }));
  if (pair === undefined) throw new Error('there is no leaf');
  return pair.certificate;
};

describe('the local authority', () => {
  test('signs a certificate for the host, once', async () => {
    const context = await cluster();
    expect(await ensure(context)).toEqual({ ready: true, renewIn: undefined });
    expect(dnsNamesOf(leafIn(context))).toEqual([host]);
    const secret = context.read.get(Secret, { namespace: 'home', name: secretName });
    expect(secret).toMatchObject({
      type: 'kubernetes.io/tls',
      metadata: { labels: { 'app.kubernetes.io/managed-by': 'hearth' }, ownerReferences: [{ uid: 'rss' }] },
    });
    expect(Object.keys(secret?.data ?? {})).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
    const { serialNumber } = leafIn(context);
    const again = await ensure(context);
    expect(again).toMatchObject({ ready: true });
    // Two thirds of its life, which began an hour early.
    expect(again.ready && again.renewIn).toBeCloseTo((leafLife * 2) / 3 - 1_200_000, -3);
    expect(leafIn(context).serialNumber).toBe(serialNumber);
    expect(context.events).toHaveLength(1);
  });

  test('renews it at two thirds of its life, and not before', async () => {
    const context = await cluster();
    await ensure(context);
    const { serialNumber } = leafIn(context);
    context.clock.advance(59 * day);
    await ensure(context);
    expect(leafIn(context).serialNumber).toBe(serialNumber);
    context.clock.advance(day);
    await ensure(context);
    expect(leafIn(context).serialNumber).not.toBe(serialNumber);
    expect(leafIn(context).validToDate.getTime()).toBe(context.clock.now().getTime() + leafLife);
  });

  test.each<[string, (context: FakeContext) => Promise<unknown>]>([
    [
      'damaged',
      ({ act }) =>
        act.patch(Secret, { namespace: 'home', name: secretName }, { data: { 'tls.key': 'YQ==' } }),
    ],
    ['deleted', ({ act }) => act.delete(Secret, { namespace: 'home', name: secretName })],
    [
      'of another authority',
      async ({ act }) =>
        act.patch(Secret, authorityKey, { data: (await authoritySecret(home.spec.domain)).data }),
    ],
  ])('signs another where the old one is %s', async (_, spoil) => {
    const context = await cluster();
    await ensure(context);
    const { serialNumber } = leafIn(context);
    await spoil(context);
    await ensure(context);
    expect(leafIn(context).serialNumber).not.toBe(serialNumber);
    const authority = readPair(context.read.get(Secret, authorityKey));
    expect(authority && isSignedBy(leafIn(context), authority.certificate)).toBe(true);
  });

  test('signs another where the host is another', async () => {
    const context = await cluster();
    await ensure(context);
    await ensure(context, { host: 'news.hearth.home.arpa' });
    expect(dnsNamesOf(leafIn(context))).toEqual(['news.hearth.home.arpa']);
  });

  test('withdraws what was asked of cert-manager, which would write into the same Secret', async () => {
    const metadata = { namespace: 'home', name: secretName };
    const owner = { apiVersion: Route.apiVersion, kind: 'Route', name: 'rss', uid: 'rss', controller: true };
    const context = await cluster({
      apiVersion: Certificate.apiVersion,
      kind: Certificate.kind,
      metadata: { ...metadata, ownerReferences: [owner] },
    });
    const byName = deletedByName(context);
    await ensure(context);
    expect(context.deleted).toMatchObject([{ kind: 'Certificate', key: metadata }]);
    expect(byName).toEqual([]);
  });

  test('waits while the authority is missing, or is still that of another domain', async () => {
    expect(await ensure(fakeContext())).toMatchObject({ ready: false, reason: 'AuthorityMissing' });
    const moved = { ...home, spec: { ...home.spec, domain: 'other.home.arpa' } };
    expect(await ensure(await cluster(), { home: moved })).toMatchObject({ reason: 'AuthorityMissing' });
  });

  test('says that the authority has ended', async () => {
    const context = await cluster();
    context.clock.advance(3650 * day);
    expect(await ensure(context)).toMatchObject({ ready: false, reason: 'AuthorityEnded' });
  });
});
