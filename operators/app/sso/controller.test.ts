import { App, Home, Route } from '@hearth/domain';
import { Secret } from '@hearth/runtime';
import { describe, expect, it } from 'vitest';
import { createSsoClientController } from './controller.ts';
import { ForwardAuth } from './middleware.ts';
import { anSsoClient, aRoute, providers, urlOf } from './testing/cluster.ts';
import { id, mark, twoIdentities } from './testing/two-identities.ts';

const on = twoIdentities();

describe('an SSOClient of oidc', () => {
  it('gets a client and a binding with which an app signs people in', async () => {
    const outcome = await on.reconcile({
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
    expect(on.identity.clients.get(id)).toEqual({
      id,
      mark,
      strategy: 'oidc',
      pkce: 'required',
      title: 'News',
      icon: 'data:image/svg+xml;base64,PHN2Zy8+',
      url: urlOf('rss'),
      redirectUris: [`${urlOf('rss')}/oauth2/callback`],
      postLogoutRedirectUris: [urlOf('rss'), `${urlOf('rss')}/`],
      signOutUri: `${urlOf('rss')}/backchannel`,
      open: [],
      groups: ['family'],
      secrets: [{ id: expect.stringMatching(/^[0-9a-f]{16}$/), value: on.shown() }],
    });
    expect(on.cluster.binding()).toMatchObject({
      type: 'oidc',
      provider: 'identity',
      issuer: urlOf('identity'),
      clientId: id,
      clientSecret: expect.stringMatching(/^[\w-]{43}$/),
      discovery: `${urlOf('identity')}/.well-known/openid-configuration`,
    });
    expect(on.cluster.events()).toEqual([`Created: Made client "${id}" in App ${providers}/identity.`]);
  });

  it('changes nothing when it is looked at again', async () => {
    await on.reconcile();
    const before = on.cluster.binding();
    on.identity.asked.length = 0;
    await on.cluster.reconcile(createSsoClientController(), anSsoClient());
    expect(on.identity.asked).toEqual([`GET /admin/v1/clients/${id}`]);
    expect(on.cluster.binding()).toEqual(before);
    expect(on.cluster.events()).toHaveLength(1);
  });

  it('tells nobody its secret', async () => {
    await on.reconcile();
    const told = JSON.stringify(on.cluster.client()?.status) + on.cluster.events().join();
    expect(told).toContain('bindingHash');
    expect(told).not.toContain(on.shown());
  });

  it.each([
    ['a pattern', '/callback/*'],
    ['a fragment', '/callback#x'],
    ['another host', '/\\evil.example'],
  ])('is refused %s among its redirects', async (_, path) => {
    expect(await on.reconcile({ redirects: [path] })).toMatchObject({
      type: 'stalled',
      reason: 'RedirectRefused',
    });
    expect(on.identity.clients.size).toBe(0);
  });

  it('sends nobody elsewhere by a path that looks like a host', async () => {
    await on.reconcile({ redirects: ['//evil.example/x'] });
    const [uri = ''] = on.identity.clients.get(id)?.redirectUris ?? [];
    expect(new URL(uri).origin).toBe(urlOf('rss'));
  });
});

describe('an SSOClient of forward-auth', () => {
  it('gets a Middleware that asks the provider, and no secret', async () => {
    const outcome = await on.reconcile({ strategy: 'forward-auth', redirects: undefined, open: ['/api/'] });
    expect(outcome).toMatchObject({ type: 'ready', status: { middleware: 'rss-sso-sign-on' } });
    expect(on.identity.clients.get(id)).toMatchObject({
      strategy: 'forward-auth',
      url: urlOf('rss'),
      open: ['/api/'],
      redirectUris: [],
      secrets: [],
    });
    const middleware = on.cluster.get(ForwardAuth, { namespace: 'home', name: 'rss-sso-sign-on' });
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
    expect(on.cluster.binding()).toMatchObject({ type: 'forward-auth', userHeader: 'X-Forwarded-User' });
    expect(on.cluster.binding()).not.toHaveProperty('clientSecret');
  });

  it('asks the new provider when it moves', async () => {
    const spec = { strategy: 'forward-auth', redirects: undefined };
    await on.reconcile(spec);
    await on.reconcile({ ...spec, providerRef: { namespace: providers, name: 'other' } });
    const middleware = on.cluster.get(ForwardAuth, { namespace: 'home', name: 'rss-sso-sign-on' });
    expect(middleware?.spec.forwardAuth.address).toContain(`//other.${providers}.svc`);
    expect([on.identity.clients.size, on.other.clients.size]).toEqual([1, 1]);
  });
});

describe('what it waits for', () => {
  it.each<[string, () => Promise<void>, object, string]>([
    [
      'a Route',
      () => on.cluster.remove(Route, { namespace: 'home', name: 'rss-route' }),
      { type: 'waiting', reason: 'RouteMissing' },
      'Route home/rss-route',
    ],
    [
      'its address',
      () => on.cluster.put(aRoute()),
      { type: 'waiting', reason: 'RouteNotReady' },
      'Route home/rss-route',
    ],
    [
      'a person, where the Route can’t have one',
      () =>
        on.cluster.put({
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
      () => on.cluster.remove(App, { namespace: providers, name: 'identity' }),
      { type: 'waiting', reason: 'ProviderMissing' },
      `App ${providers}/identity`,
    ],
    [
      'the Home',
      () => on.cluster.remove(Home, { name: 'home' }),
      { type: 'waiting', reason: 'HomeMissing' },
      'Home',
    ],
    [
      'an answer',
      async () => {
        on.identity.before = () => 'hang up';
      },
      { type: 'waiting', reason: 'ProviderUnreachable' },
      `App ${providers}/identity`,
    ],
    [
      'a provider that is in trouble',
      async () => {
        on.identity.before = () => 503;
      },
      { type: 'waiting', reason: 'ProviderFailed' },
      `App ${providers}/identity`,
    ],
    [
      'a person, where the admin is refused',
      async () => {
        on.identity.before = () => 401;
      },
      { type: 'stalled', reason: 'AdminRefused' },
      `App ${providers}/identity`,
    ],
  ])('is said: %s', async (_, breakIt, outcome, said) => {
    await breakIt();
    expect(await on.reconcile()).toMatchObject({ ...outcome, message: expect.stringContaining(said) });
    expect(on.identity.clients.size).toBe(0);
  });

  it('is refused a strategy that the provider doesn’t offer', async () => {
    expect(await on.reconcile({ strategy: 'ldap', route: undefined, redirects: undefined })).toMatchObject({
      type: 'stalled',
      reason: 'WrongStrategy',
      message: expect.stringContaining('by oidc, forward-auth'),
    });
  });

  it('is refused a Secret of somebody else', async () => {
    await on.cluster.put({
      apiVersion: 'v1',
      kind: Secret.kind,
      metadata: { namespace: 'home', name: 'mine' },
    });
    expect(await on.reconcile({ secretName: 'mine' })).toMatchObject({
      type: 'stalled',
      reason: 'SecretTaken',
    });
  });
});
