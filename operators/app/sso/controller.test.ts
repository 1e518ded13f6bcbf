import { App, Home, Route } from '@hearth/domain';
import { Secret } from '@hearth/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSsoClientController } from './controller.ts';
import { ForwardAuth } from './middleware.ts';
import { anSsoClient, aRoute, providers, type TestCluster, testCluster, urlOf } from './testing/cluster.ts';
import { identityStandIn, type StandIn } from './testing/stand-in.ts';

const strategies = ['oidc', 'forward-auth'];
const id = 'home-rss-sso';
const mark = { home: 'home-1', namespace: 'home', name: 'rss-sso' };
const minute = 61_000;

let identity: StandIn;
let other: StandIn;
let cluster: TestCluster;
const controller = createSsoClientController();

beforeEach(async () => {
  [identity, other] = await Promise.all([identityStandIn(), identityStandIn()]);
  cluster = testCluster({
    identity: { server: identity, api: 'hearth', strategies },
    other: { server: other, api: 'hearth', strategies },
  });
});
afterEach(() => Promise.all([identity[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]));

const reconcile = (spec = {}, annotations = {}) =>
  cluster.reconcile(controller, anSsoClient('rss-sso', spec, annotations));
const secretsAt = (provider = identity) => provider.clients.get(id)?.secrets.map(({ value }) => value);
const shown = () => cluster.binding()?.clientSecret ?? '';
const writes = (provider = identity) => provider.asked.filter((line) => !line.startsWith('GET'));

describe('an SSOClient of oidc', () => {
  it('gets a client and a binding with which an app signs people in', async () => {
    const outcome = await reconcile({
      signOut: '/backchannel',
      access: { groups: ['family'] },
      title: 'News',
    });
    expect(outcome).toMatchObject({
      type: 'ready',
      status: {
        clientId: id,
        provider: { namespace: providers, name: 'identity' },
        middleware: null,
        binding: { name: 'rss-sso-binding' },
        bindingHash: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
      conditions: [],
    });
    expect(identity.clients.get(id)).toEqual({
      id,
      mark,
      strategy: 'oidc',
      title: 'News',
      icon: 'data:image/svg+xml;base64,PHN2Zy8+',
      url: urlOf('rss'),
      redirectUris: [`${urlOf('rss')}/oauth2/callback`],
      postLogoutRedirectUris: [urlOf('rss'), `${urlOf('rss')}/`],
      signOutUri: `${urlOf('rss')}/backchannel`,
      open: [],
      groups: ['family'],
      secrets: [{ id: expect.stringMatching(/^[0-9a-f]{16}$/), value: shown() }],
    });
    expect(cluster.binding()).toMatchObject({
      type: 'oidc',
      provider: 'identity',
      issuer: urlOf('identity'),
      clientId: id,
      clientSecret: expect.stringMatching(/^[\w-]{43}$/),
      discovery: `${urlOf('identity')}/.well-known/openid-configuration`,
    });
    expect(cluster.events()).toEqual([`Created: Made client "${id}" in App ${providers}/identity.`]);
  });

  it('changes nothing when it is looked at again', async () => {
    await reconcile();
    const before = cluster.binding();
    identity.asked.length = 0;
    await cluster.reconcile(createSsoClientController(), anSsoClient());
    expect(identity.asked).toEqual([`GET /admin/v1/clients/${id}`]);
    expect(cluster.binding()).toEqual(before);
    expect(cluster.events()).toHaveLength(1);
  });

  it('tells nobody its secret', async () => {
    await reconcile();
    const told = JSON.stringify(cluster.client()?.status) + cluster.events().join();
    expect(told).toContain('bindingHash');
    expect(told).not.toContain(shown());
  });

  it.each([
    ['a pattern', '/callback/*'],
    ['a fragment', '/callback#x'],
    ['another host', '/\\evil.example'],
  ])('is refused %s among its redirects', async (_, path) => {
    expect(await reconcile({ redirects: [path] })).toMatchObject({
      type: 'stalled',
      reason: 'RedirectRefused',
    });
    expect(identity.clients.size).toBe(0);
  });

  it('sends nobody elsewhere by a path that looks like a host', async () => {
    await reconcile({ redirects: ['//evil.example/x'] });
    const [uri = ''] = identity.clients.get(id)?.redirectUris ?? [];
    expect(new URL(uri).origin).toBe(urlOf('rss'));
  });
});

describe('an SSOClient of forward-auth', () => {
  it('gets a Middleware that asks the provider, and no secret', async () => {
    const outcome = await reconcile({ strategy: 'forward-auth', redirects: undefined, open: ['/api/'] });
    expect(outcome).toMatchObject({ type: 'ready', status: { middleware: 'rss-sso-sign-on' } });
    expect(identity.clients.get(id)).toMatchObject({
      strategy: 'forward-auth',
      url: urlOf('rss'),
      open: ['/api/'],
      redirectUris: [],
      secrets: [],
    });
    const middleware = cluster.get(ForwardAuth, { namespace: 'home', name: 'rss-sso-sign-on' });
    expect(middleware?.metadata.ownerReferences).toMatchObject([{ kind: 'SSOClient', name: 'rss-sso' }]);
    expect(middleware?.spec).toEqual({
      forwardAuth: {
        address: `http://identity.${providers}.svc.cluster.local:8080/forward-auth?client=${id}`,
        trustForwardHeader: false,
        authResponseHeaders: [
          'X-Forwarded-User',
          'Remote-User',
          'X-Forwarded-Groups',
          'Remote-Groups',
          'X-Forwarded-Email',
          'Remote-Email',
          'X-Forwarded-Name',
          'Remote-Name',
        ],
      },
    });
    expect(cluster.binding()).toMatchObject({ type: 'forward-auth', userHeader: 'X-Forwarded-User' });
    expect(cluster.binding()).not.toHaveProperty('clientSecret');
  });

  it('asks the new provider when it moves', async () => {
    const spec = { strategy: 'forward-auth', redirects: undefined };
    await reconcile(spec);
    await reconcile({ ...spec, providerRef: { namespace: providers, name: 'other' } });
    const middleware = cluster.get(ForwardAuth, { namespace: 'home', name: 'rss-sso-sign-on' });
    expect(middleware?.spec.forwardAuth.address).toContain(`//other.${providers}.svc`);
    expect([identity.clients.size, other.clients.size]).toEqual([1, 1]);
  });
});

describe('what it waits for', () => {
  it.each<[string, () => Promise<void>, object, string]>([
    [
      'a Route',
      () => cluster.remove(Route, { namespace: 'home', name: 'rss-route' }),
      { type: 'waiting', reason: 'RouteMissing' },
      'Route home/rss-route',
    ],
    [
      'its address',
      () => cluster.put(aRoute()),
      { type: 'waiting', reason: 'RouteNotReady' },
      'Route home/rss-route',
    ],
    [
      'a person, where the Route can’t have one',
      () =>
        cluster.put({
          ...aRoute(),
          status: {
            observedGeneration: 1,
            conditions: [
              {
                type: 'Stalled',
                status: 'True',
                reason: 'HostTaken',
                message: 'host rss is taken.',
                lastTransitionTime: '2026-01-01T00:00:00Z',
              },
            ],
          },
        } as Route),
      { type: 'stalled', reason: 'RouteStalled' },
      'host rss is taken.',
    ],
    [
      'the provider',
      () => cluster.remove(App, { namespace: providers, name: 'identity' }),
      { type: 'waiting', reason: 'ProviderMissing' },
      `App ${providers}/identity`,
    ],
    [
      'the Home',
      () => cluster.remove(Home, { name: 'home' }),
      { type: 'waiting', reason: 'HomeMissing' },
      'Home',
    ],
    [
      'an answer',
      async () => {
        identity.before = () => 'hang up';
      },
      { type: 'waiting', reason: 'ProviderUnreachable' },
      `App ${providers}/identity`,
    ],
    [
      'a provider that is in trouble',
      async () => {
        identity.before = () => 503;
      },
      { type: 'waiting', reason: 'ProviderFailed' },
      `App ${providers}/identity`,
    ],
    [
      'a person, where the admin is refused',
      async () => {
        identity.before = () => 401;
      },
      { type: 'stalled', reason: 'AdminRefused' },
      `App ${providers}/identity`,
    ],
  ])('is said: %s', async (_, breakIt, outcome, said) => {
    await breakIt();
    expect(await reconcile()).toMatchObject({ ...outcome, message: expect.stringContaining(said) });
    expect(identity.clients.size).toBe(0);
  });

  it('is refused a strategy that the provider doesn’t offer', async () => {
    expect(await reconcile({ strategy: 'ldap', route: undefined, redirects: undefined })).toMatchObject({
      type: 'stalled',
      reason: 'WrongStrategy',
      message: expect.stringContaining('by oidc, forward-auth'),
    });
  });

  it('is refused a Secret of somebody else', async () => {
    await cluster.put({ apiVersion: 'v1', kind: Secret.kind, metadata: { namespace: 'home', name: 'mine' } });
    expect(await reconcile({ secretName: 'mine' })).toMatchObject({ type: 'stalled', reason: 'SecretTaken' });
  });
});

describe('healing', () => {
  it('sets a new secret where the Secret is gone', async () => {
    await reconcile();
    const old = shown();
    await cluster.remove(Secret, { namespace: 'home', name: 'rss-sso-binding' });
    expect(await reconcile()).toMatchObject({ type: 'ready' });
    expect(shown()).not.toBe(old);
    expect(secretsAt()).toEqual([shown()]);
  });

  it('makes the client again, with its own secret, where it is gone', async () => {
    await reconcile();
    const old = shown();
    identity.clients.clear();
    await reconcile();
    expect([shown(), secretsAt()]).toEqual([old, [old]]);
    expect(cluster.events().at(-1)).toMatch(/^Recreated: /);
  });

  it('sets its own secret again where the client has another', async () => {
    await reconcile();
    const client = identity.clients.get(id);
    if (client)
      identity.clients.set(id, { ...client, secrets: [{ id: 'x', value: 'somebody-else’s-idea' }] });
    await reconcile();
    expect(secretsAt()).toEqual([shown()]);
    expect(cluster.events().at(-1)).toMatch(/^Healed: /);
  });

  it.each([
    ['redirect URIs', { redirectUris: ['https://evil.example/x'] }],
    ['groups', { groups: [] }],
    ['title', { title: 'Another' }],
    ['sign-out', { signOutUri: 'https://evil.example/x' }],
  ])('sets its %s right', async (_, drift) => {
    const spec = { access: { groups: ['family'] } };
    await reconcile(spec);
    const before = identity.clients.get(id);
    if (before) identity.clients.set(id, { ...before, ...drift });
    await reconcile(spec);
    expect(identity.clients.get(id)).toEqual(before);
    expect(cluster.events().at(-1)).toMatch(/^Updated: Set the client .* right: /);
  });

  it('follows the Route to another address', async () => {
    await reconcile();
    await cluster.put(aRoute('https://news.hearth.home.arpa'));
    await reconcile();
    expect(identity.clients.get(id)).toMatchObject({
      url: 'https://news.hearth.home.arpa',
      redirectUris: ['https://news.hearth.home.arpa/oauth2/callback'],
    });
  });

  it('moves the binding to another Secret without another secret', async () => {
    await reconcile();
    const old = shown();
    await reconcile({ secretName: 'elsewhere' });
    await reconcile({ secretName: 'elsewhere' });
    expect(cluster.secret('home', 'elsewhere')?.clientSecret).toBe(old);
    expect(cluster.binding()).toBeUndefined();
    expect(secretsAt()).toEqual([old]);
  });
});

describe('a client of somebody else', () => {
  beforeEach(async () => {
    await reconcile();
    const client = identity.clients.get(id);
    if (client) identity.clients.set(id, { ...client, mark: { ...mark, namespace: 'kids' } });
  });

  it('is left alone, and that is said', async () => {
    const before = identity.clients.get(id);
    expect(await reconcile({ title: 'Mine' })).toMatchObject({
      type: 'stalled',
      reason: 'ClientTaken',
      message: expect.stringContaining('belongs to SSOClient kids/rss-sso'),
    });
    expect(identity.clients.get(id)).toBe(before);
  });

  it('is not removed with the SSOClient', async () => {
    expect(await cluster.finalize(controller, anSsoClient())).toMatchObject({ type: 'ready' });
    expect(identity.clients.has(id)).toBe(true);
  });
});

describe('rotation', () => {
  const rotate = () => reconcile({ rotation: 'r1' });

  it('lets both secrets in until the App has run on the new one for a while', async () => {
    await reconcile();
    await cluster.settle();
    const old = shown();

    expect(await rotate()).toMatchObject({ type: 'ready', status: { rotation: 'r1' } });
    const fresh = shown();
    expect(fresh).not.toBe(old);
    expect(secretsAt()).toEqual([fresh, old]);

    // Not because of time alone.
    cluster.advance(10 * minute);
    const outcome = await rotate();
    expect(secretsAt()).toEqual([fresh, old]);
    expect(outcome).toMatchObject({
      conditions: [
        {
          type: 'Changing',
          status: 'True',
          reason: 'OldInUse',
          message: expect.stringContaining('App home/rss'),
        },
      ],
      after: 30_000,
    });

    await cluster.settle();
    await rotate();
    expect(secretsAt()).toEqual([fresh, old]);

    cluster.advance(minute);
    expect(await rotate()).toMatchObject({ type: 'ready', conditions: [], after: 600_000 });
    expect([shown(), secretsAt()]).toEqual([fresh, [fresh]]);
    expect(cluster.events().map((event) => event.split(':')[0])).toEqual(['Created', 'Rotating', 'Rotated']);
  });

  it('keeps the old one while what the pods are given holds it', async () => {
    await reconcile();
    const old = shown();
    await rotate();
    const key = { namespace: 'home', name: 'rss-env' };
    const data = { 'app.SECRET': Buffer.from(`x=${old}`).toString('base64') };
    await cluster.put({ apiVersion: 'v1', kind: 'Secret', metadata: key, ...{ data } });
    await cluster.settle();
    cluster.advance(minute);
    await rotate();
    expect(secretsAt()).toHaveLength(2);
    await cluster.remove(Secret, key);
    await rotate();
    expect(secretsAt()).toHaveLength(1);
  });

  it('waits with a third one, and then makes it', async () => {
    await reconcile();
    await cluster.settle();
    await rotate();
    const second = shown();
    const outcome = await reconcile({ rotation: 'r2' });
    expect([shown(), outcome.conditions?.[0]?.message]).toEqual([
      second,
      expect.stringContaining('Rotation r2 comes after that'),
    ]);
    await cluster.settle();
    cluster.advance(minute);
    await reconcile({ rotation: 'r2' });
    expect(secretsAt()).toEqual([shown(), second]);
  });

  it('shows no consumer a secret that the provider has not taken', async () => {
    await reconcile();
    const old = shown();
    identity.before = (method) => (method === 'PUT' ? 503 : undefined);
    expect(await rotate()).toMatchObject({ type: 'waiting' });
    expect(shown()).toBe(old);
    identity.before = () => undefined;
    await rotate();
    expect(secretsAt()).toEqual([shown(), old]);
  });
});

describe('another provider', () => {
  const elsewhere = { providerRef: { namespace: providers, name: 'other' } };

  it('gets a client beside the old one, which goes when the App runs on the new one', async () => {
    await reconcile();
    await cluster.settle();
    const old = shown();
    expect(await reconcile(elsewhere)).toMatchObject({
      type: 'ready',
      status: { provider: { name: 'other' } },
      conditions: [
        { type: 'Changing', message: expect.stringContaining(`"${id}" in App ${providers}/identity`) },
      ],
    });
    expect(cluster.binding()).toMatchObject({ issuer: urlOf('other'), provider: 'other' });
    expect([secretsAt(identity), secretsAt(other)]).toEqual([[old], [shown()]]);
    await cluster.settle();
    cluster.advance(minute);
    await reconcile(elsewhere);
    expect([secretsAt(identity), secretsAt(other)]).toEqual([undefined, [shown()]]);
    expect(cluster.events().at(-1)).toBe(`Removed: Removed client "${id}" in App ${providers}/identity.`);
  });

  it('leaves the App where it is until it works', async () => {
    await reconcile();
    const before = cluster.binding();
    other.before = () => 503;
    expect(await reconcile(elsewhere)).toMatchObject({ type: 'waiting' });
    const { ledger: _, ...told } = cluster.binding() ?? {};
    expect(before).toMatchObject(told);
    expect(secretsAt(identity)).toEqual([shown()]);
  });

  it('can be left again before the App has followed', async () => {
    await reconcile();
    await cluster.settle();
    const old = shown();
    await reconcile(elsewhere);
    await reconcile();
    expect(secretsAt(identity)).toEqual([shown(), old]);
    await cluster.settle();
    cluster.advance(minute);
    await reconcile();
    expect([secretsAt(identity), other.clients.size]).toEqual([[shown()], 0]);
  });

  it('works though the old one never answers again, which is said, and can be forgotten', async () => {
    await reconcile();
    identity.before = () => 'hang up';
    await reconcile(elsewhere);
    await cluster.settle();
    cluster.advance(minute);
    expect(await reconcile(elsewhere)).toMatchObject({
      type: 'ready',
      conditions: [
        { type: 'Changing', reason: 'CannotRemove', message: expect.stringContaining('forget=true') },
      ],
    });
    const outcome = await reconcile(elsewhere, { 'apps.hearth.dev/forget': 'true' });
    expect(outcome).toMatchObject({ type: 'ready', conditions: [] });
    expect(cluster.events().at(-1)).toMatch(/^Forgotten: .*"home-rss-sso" in App hearth-providers\/identity/);
  });
});

describe('deletion', () => {
  const remove = (annotations = {}) => cluster.finalize(controller, anSsoClient('rss-sso', {}, annotations));

  it('removes the client', async () => {
    await reconcile();
    expect(await remove()).toMatchObject({ type: 'ready' });
    expect(identity.clients.size).toBe(0);
    await expect(remove()).resolves.toMatchObject({ type: 'ready' });
  });

  it('removes it where the client is, wherever the spec would have it', async () => {
    await reconcile();
    await reconcile({ providerRef: { namespace: providers, name: 'other' } });
    expect(await remove()).toMatchObject({ type: 'ready' });
    expect([identity.clients.size, other.clients.size]).toEqual([0, 0]);
  });

  it('removes it though the Home went first, and the Secret', async () => {
    await reconcile();
    await cluster.remove(Home, { name: 'home' });
    expect(await remove()).toMatchObject({ type: 'ready' });
    expect(identity.clients.size).toBe(0);
  });

  it('holds nothing back that was never made', async () => {
    identity.before = () => 'hang up';
    await reconcile();
    expect(await remove()).toMatchObject({ type: 'ready' });
  });

  it('waits for a provider that is away, and says how to let it go', async () => {
    await reconcile();
    await cluster.remove(App, { namespace: providers, name: 'identity' });
    const outcome = await remove();
    expect(outcome).toMatchObject({ type: 'waiting', reason: 'ProviderAway' });
    expect(outcome.message).toContain(
      'kubectl annotate ssoclient rss-sso -n home apps.hearth.dev/forget=true',
    );
    expect(await remove({ 'apps.hearth.dev/forget': 'true' })).toMatchObject({ type: 'ready' });
    expect(cluster.events().at(-1)).toMatch(/^Forgotten: /);
  });

  it('does as it should where the provider is there, though it may forget', async () => {
    await reconcile();
    await remove({ 'apps.hearth.dev/forget': 'true' });
    expect(writes().at(-1)).toBe(`DELETE /admin/v1/clients/${id}`);
  });
});
