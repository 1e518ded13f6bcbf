import { Home, Route } from '@hearth/domain';
import { EndpointSlice, type Key, type Resource, Secret } from '@hearth/runtime';
import { describe, expect, test } from 'vitest';
import { decodeSecret } from '../binding.ts';
import { authorityKey, type PemPair, readPair, tlsSecret } from '../certificate/pair.ts';
import { makeAuthority, signLeaf } from '../certificate/sign.ts';
import { deletedByName } from '../testing/deletions.ts';
import { routeController } from './controller.ts';
import {
  app,
  authority,
  cluster,
  definition,
  domain,
  names,
  reconcile,
  route,
  start,
  type Wish,
} from './testing/cluster.ts';
import { standIn } from './testing/stand-in.ts';
import { IngressRoute, Middleware } from './traefik/kinds.ts';

describe('a Route', () => {
  test('gets a certificate, a binding and a way through the gateway', async () => {
    const context = cluster([route('rss')]);
    expect(await reconcile(context)).toMatchObject({
      type: 'ready',
      status: {
        host: 'rss.hearth.home.arpa',
        url: 'https://rss.hearth.home.arpa',
        binding: { name: 'rss-binding' },
        bindingHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    });
    expect(names(context, Secret)).toEqual(['rss-binding', 'rss-tls']);
    expect(names(context, Middleware)).toEqual(['rss-headers', 'rss-home-network']);
    expect(names(context, IngressRoute)).toEqual(['rss']);
    const binding = context.read.get(Secret, { namespace: 'home', name: 'rss-binding' });
    expect(binding?.type).toBe('servicebinding.io/route');
    expect(decodeSecret(binding)).toEqual({
      type: 'route',
      provider: 'traefik',
      host: 'rss.hearth.home.arpa',
      url: 'https://rss.hearth.home.arpa',
    });
  });

  test('changes nothing when it is looked at again', async () => {
    const context = cluster([route('rss')]);
    await reconcile(context);
    const before = [context.applied.length, context.created.length, context.events.length];
    await reconcile(context);
    expect([context.applied.length, context.created.length, context.events.length]).toEqual(before);
    expect(context.deleted).toEqual([]);
  });

  test('is Ready, and says that it can’t be reached, while the gateway is away', async () => {
    expect(await reconcile(cluster([route('rss')]))).toMatchObject({
      type: 'ready',
      conditions: [{ type: 'Reachable', status: 'False', reason: 'NoAnswer' }],
      after: 750,
    });
  });

  test('says that it can be reached, and looks again in ten minutes', async () => {
    await using gateway = await standIn(await leafOf(authority, 'rss.hearth.home.arpa'), {
      status: 502,
      mark: 'home-rss',
    });
    const context = cluster([route('rss')], async () => gateway.address);
    await reconcile(context);
    expect(await reconcile(context)).toMatchObject({
      conditions: [{ type: 'Reachable', status: 'True' }],
      after: 600_000,
    });
  });

  test('is not tried while no pod takes requests, and waits for the first', async () => {
    const labels = { 'kubernetes.io/service-name': 'rss' };
    const slice = { ...EndpointSlice, metadata: { namespace: 'home', name: 'rss-x', labels } };
    const conditions = [{ status: 'Unknown', reason: 'NoReadyPod' }];
    expect(await reconcile(cluster([route('rss'), slice]))).toMatchObject({ conditions, after: 600_000 });
  });

  test('takes away what it no longer wants', async () => {
    const context = cluster([route('rss', { spec: { secretName: 'old' } })]);
    await reconcile(context);
    await context.act.patch(
      Route,
      { namespace: 'home', name: 'rss' },
      { spec: { exposure: 'public', secretName: 'new' } },
    );
    const byName = deletedByName(context);
    await reconcile(context);
    expect(byName).toEqual([]);
    expect(names(context, Secret)).toEqual(['new', 'rss-tls']);
    expect(names(context, Middleware)).toEqual(['rss-headers']);
  });

  test('follows the home to another domain, port and all', async () => {
    const context = cluster([route('rss')]);
    await reconcile(context);
    const other = await makeAuthority('other.example', new Date(start));
    await context.act.patch(Home, { name: 'home' }, { spec: { domain: 'other.example', httpsPort: 8443 } });
    expect(await reconcile(context)).toMatchObject({ reason: 'AuthorityMissing' });
    await context.act.patch(Secret, authorityKey, { data: tlsSecret(authorityKey, other).data });
    expect(await reconcile(context)).toMatchObject({ status: { url: 'https://rss.other.example:8443' } });
    const router = context.read.get(IngressRoute, { namespace: 'home', name: 'rss' });
    expect(router?.spec.routes[0]?.match).toBe('Host(`rss.other.example`)');
  });

  test.each<[string, Resource[], Wish, object]>([
    [
      'there is no such provider',
      [],
      { spec: { providerRef: { namespace: 'home', name: 'gate' } } },
      { reason: 'ProviderMissing' },
    ],
    [
      'the provider is no gateway that Hearth knows',
      [app('home', 'gate', 'caddy'), definition('caddy')],
      { spec: { providerRef: { namespace: 'home', name: 'gate' } } },
      { reason: 'NoAdapter' },
    ],
    [
      'its host is a full name',
      [],
      { spec: { host: 'rss.hearth.home.arpa' } },
      { type: 'stalled', reason: 'HostNotRelative' },
    ],
  ])('says that %s', async (_, objects, wish, outcome) => {
    expect(await reconcile(cluster([...objects, route('rss', wish)]))).toMatchObject(outcome);
  });
});

describe('of two Routes with one host', () => {
  const older = route('rss', { made: '2020-01-01T00:00:00Z' });
  const younger = route('news');
  const taken = { type: 'stalled', reason: 'HostTaken', message: expect.stringContaining('Route home/rss') };

  test('the older has it, and the younger says so', async () => {
    const context = cluster([younger, older]);
    expect(await reconcile(context, 'rss')).toMatchObject({ type: 'ready' });
    expect(await reconcile(context, 'news')).toMatchObject(taken);
    expect(names(context, IngressRoute)).toEqual(['rss']);
  });

  test('the younger keeps it when the older comes to it from another', async () => {
    const held = (host: string) => ({ status: { host: `${host}.${domain}` } });
    const context = cluster([
      { ...younger, ...held('rss') },
      { ...older, ...held('news'), spec: { ...older.spec, host: 'news' } },
    ]);
    await reconcile(context, 'news');
    await context.act.patch(Route, older.metadata, { spec: { host: 'rss' } });
    expect(await reconcile(context, 'rss')).toMatchObject({
      type: 'stalled',
      reason: 'HostTaken',
      message: expect.stringContaining('Route home/news'),
      status: { host: null, url: null },
    });
    expect(await reconcile(context, 'news')).toMatchObject({ type: 'ready' });
    expect(names(context, IngressRoute)).toEqual(['news']);
    expect(names(context, Secret)).toEqual(['news-binding', 'news-tls']);
  });

  test('the younger gives all back where both came to it at once', async () => {
    const context = cluster([younger]);
    await reconcile(context, 'news');
    await context.act.apply(older);
    expect(await reconcile(context, 'news')).toMatchObject({
      ...taken,
      status: { url: null, binding: null },
    });
    expect([names(context, IngressRoute), names(context, Middleware), names(context, Secret)]).toEqual([
      [],
      [],
      [],
    ]);
  });

  test('the younger keeps no key for it that cert-manager obtained', async () => {
    const pair = await leafOf(authority, `rss.${domain}`);
    const issued = (name: string, from: string) => {
      const secret = tlsSecret({ namespace: 'home', name }, pair);
      const annotations = { 'cert-manager.io/certificate-name': from };
      return { ...secret, metadata: { ...secret.metadata, annotations } };
    };
    const context = cluster([younger, older, issued('news-tls', 'news-tls'), issued('mail-tls', 'mail-tls')]);
    expect(await reconcile(context, 'news')).toMatchObject(taken);
    expect(names(context, Secret)).toEqual(['mail-tls']);
  });

  test('the younger is woken when the older goes, and has it', async () => {
    const context = cluster([younger, older]);
    await context.act.delete(Route, older.metadata);
    const wakes = routeController.watches?.find(({ kind }) => kind.kind === 'Route');
    expect(wakes?.keys(older, context.read)).toEqual<Key[]>([{ namespace: 'home', name: 'news' }]);
    expect(await reconcile(context, 'news')).toMatchObject({ type: 'ready' });
  });
});

describe.each(['identity', 'auth'])('the host %s', (host) => {
  const forgery = app('home', 'identity', 'identity');
  const real = app('hearth-providers', 'login', 'identity');
  const other = app('hearth-providers', 'other', 'miniflux');
  const stale = { ...real, metadata: { ...real.metadata, uid: 'of-an-older-one' } };
  const providers = 'hearth-providers';

  test.each<[string, Wish]>([
    ['nobody’s Route', {}],
    ['a Route of nobody among the providers', { namespace: providers }],
    ['a home-made identity', { owner: forgery }],
    ['another provider', { namespace: providers, owner: other }],
    ['a Route that names an identity provider which is gone', { namespace: providers, owner: stale }],
  ])('is not for %s', async (_, wish) => {
    const context = cluster([forgery, real, other, route('rss', { ...wish, spec: { host } })]);
    expect(await reconcile(context, 'rss', wish.namespace)).toMatchObject({
      type: 'stalled',
      reason: 'HostReserved',
    });
    expect(context.applied).toEqual([]);
  });

  test('is for the identity provider, whoever asked before', async () => {
    const early = route('early', { made: '2020-01-01T00:00:00Z', spec: { host } });
    const context = cluster([
      real,
      early,
      route('login', { namespace: providers, owner: real, spec: { host } }),
    ]);
    expect(await reconcile(context, 'login', providers)).toMatchObject({ type: 'ready' });
    expect(await reconcile(context, 'early')).toMatchObject({ type: 'stalled', reason: 'HostTaken' });
  });
});

describe('the domain itself', () => {
  const apex = (namespace: string, made?: string) =>
    route('events', { namespace, ...(made && { made }), spec: { host: '@' } });

  test.each(['home', 'hearth-providers'])('is not for a Route in %s', async (namespace) => {
    const context = cluster([apex(namespace)]);
    expect(await reconcile(context, 'events', namespace)).toMatchObject({
      type: 'stalled',
      reason: 'HostReserved',
      message: expect.stringContaining('hearth-system'),
    });
    expect(context.applied).toEqual([]);
  });

  test('is for one of the suite, whoever asked before, and no other host is led there', async () => {
    const context = cluster([apex('home', '2020-01-01T00:00:00Z'), apex('hearth-system'), route('rss')]);
    const url = `https://${domain}`;
    expect(await reconcile(context, 'events', 'hearth-system')).toMatchObject({ status: { url } });
    expect(await reconcile(context, 'rss')).toMatchObject({ status: { url: `https://rss.${domain}` } });
    const matches = context.read.list(IngressRoute, {}).map(({ spec }) => spec.routes[0]?.match);
    expect(matches.toSorted()).toEqual([`Host(\`${domain}\`)`, `Host(\`rss.${domain}\`)`]);
  });
});

async function leafOf(pem: PemPair, host: string): Promise<PemPair> {
  const pair = readPair(tlsSecret(authorityKey, pem));
  if (pair === undefined) throw new Error('the authority cannot be read');
  return signLeaf(pair, host, new Date());
}
