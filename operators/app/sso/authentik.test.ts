import { fakeContext } from '@hearth/runtime/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Provider } from '../provider.ts';
import { createSsoClientController } from './controller.ts';
import { adapters } from './providers.ts';
import { type FakeAuthentik, fakeAuthentik } from './testing/authentik.ts';
import {
  anSsoClient,
  providerObjects,
  providers,
  type TestCluster,
  type TestProvider,
  testCluster,
  urlOf,
} from './testing/cluster.ts';

const controller = createSsoClientController();
const id = 'home-rss-sso';

let fake: FakeAuthentik;
let known: TestProvider;
let cluster: TestCluster;

beforeEach(async () => {
  fake = await fakeAuthentik();
  known = { server: fake, api: 'authentik', strategies: ['oidc'] };
  cluster = testCluster({ authentik: known });
});
afterEach(() => fake[Symbol.asyncDispose]());

const aClient = (spec: object = {}) =>
  anSsoClient('rss-sso', { providerRef: { namespace: providers, name: 'authentik' }, ...spec });
const reconcile = (spec: object = {}) => cluster.reconcile(controller, aClient(spec));
const family = { access: { groups: ['family'] } };

describe('an SSOClient at Authentik', () => {
  it('gets a provider and an application', async () => {
    const outcome = await reconcile({ title: 'News', signOut: '/backchannel' });
    expect(outcome).toMatchObject({ type: 'ready', status: { clientId: id }, conditions: [] });
    const issuer = `${urlOf('authentik')}/application/o/${id}/`;
    expect(cluster.binding()).toMatchObject({
      issuer,
      clientId: id,
      discovery: `${issuer}.well-known/openid-configuration`,
    });
    expect(fake.providers).toMatchObject([
      {
        clientId: id,
        clientSecret: cluster.binding()?.clientSecret,
        clientType: 'confidential',
        authorizationFlow: 'pk-of-default-provider-authorization-implicit-consent',
        signingKey: 'pk-of-the-key',
        propertyMappings: ['pk-of-openid', 'pk-of-email', 'pk-of-profile', 'pk-of-offline_access'],
        redirectUris: [
          {
            matchingMode: 'strict',
            url: `${urlOf('rss')}/oauth2/callback`,
            redirectUriType: 'authorization',
          },
          { matchingMode: 'strict', url: urlOf('rss'), redirectUriType: 'logout' },
          { matchingMode: 'strict', url: `${urlOf('rss')}/`, redirectUriType: 'logout' },
        ],
        logoutUri: `${urlOf('rss')}/backchannel`,
      },
    ]);
    expect(fake.applications).toMatchObject([
      { name: 'News', slug: id, metaLaunchUrl: urlOf('rss'), provider: fake.providers[0]?.pk },
    ]);
  });

  it('changes nothing when it is looked at again', async () => {
    await reconcile({ ...family, signOut: '/backchannel' });
    fake.changes.length = 0;
    await cluster.reconcile(createSsoClientController(), aClient({ ...family, signOut: '/backchannel' }));
    expect(fake.changes).toEqual([]);
    expect(cluster.events()).toHaveLength(1);
  });

  it('lets in who is of its groups, and at no time anybody else', async () => {
    let everOpen = false;
    fake.before = () => {
      everOpen ||= fake.admits(id, ['guests']);
      return undefined;
    };
    await reconcile(family);
    expect([fake.admits(id, ['family']), fake.admits(id, ['guests'])]).toEqual([true, false]);
    await reconcile({ access: { groups: ['parents'] } });
    expect([fake.admits(id, ['parents']), fake.admits(id, ['family'])]).toEqual([true, false]);
    expect(everOpen).toBe(false);
    await reconcile();
    expect(fake.admits(id, ['guests'])).toBe(true);
  });

  it('puts a new secret in the place of the old one', async () => {
    await reconcile();
    const old = cluster.binding()?.clientSecret;
    expect(await reconcile({ rotation: 'r1' })).toMatchObject({
      conditions: [{ type: 'Changing', reason: 'OldReplaced', message: expect.stringContaining('no more') }],
    });
    expect(fake.providers).toHaveLength(1);
    expect(fake.providers[0]?.clientSecret).toBe(cluster.binding()?.clientSecret);
    expect(fake.providers[0]?.clientSecret).not.toBe(old);
  });

  it('goes with its SSOClient', async () => {
    await reconcile(family);
    expect(await cluster.finalize(controller, aClient())).toMatchObject({ type: 'ready' });
    expect([fake.providers, fake.applications]).toEqual([[], []]);
  });

  it('is made again, wherever it was cut off', async () => {
    for (let at = 1; ; at++) {
      fake.providers.length = 0;
      fake.applications.length = 0;
      fake.bindings.length = 0;
      const own = testCluster({ authentik: known });
      let changes = 0;
      fake.before = (method) => (method !== 'GET' && ++changes >= at ? 503 : undefined);
      const first = await own.reconcile(controller, aClient(family));
      fake.before = () => undefined;
      expect(await own.reconcile(controller, aClient(family))).toMatchObject({ type: 'ready' });
      expect([fake.providers.length, fake.applications.length, fake.bindings.length]).toEqual([1, 1, 1]);
      expect(fake.admits(id, ['guests'])).toBe(false);
      if (first.type === 'ready') break;
    }
  });
});

describe('healing', () => {
  it.each<[string, (fake: FakeAuthentik) => void, RegExp]>([
    [
      'the secret',
      ({ providers: [provider] }) => Object.assign(provider ?? {}, { clientSecret: 'x' }),
      /^Healed/,
    ],
    [
      'redirect URIs',
      ({ providers: [provider] }) =>
        Object.assign(provider ?? {}, { redirectUris: [{ matchingMode: 'regex', url: '.*' }] }),
      /^Updated.*redirect URIs/,
    ],
    [
      'its groups',
      ({ bindings }) => {
        bindings.length = 0;
      },
      /^Updated.*groups/,
    ],
    [
      'its application',
      ({ applications }) => {
        applications.length = 0;
      },
      /^Updated.*application/,
    ],
  ])('sets right %s', async (_, drift, told) => {
    await reconcile(family);
    const { clientSecret } = cluster.binding() ?? {};
    drift(fake);
    expect(await reconcile(family)).toMatchObject({ type: 'ready' });
    expect(fake.providers[0]).toMatchObject({ clientSecret, redirectUris: { length: 3 } });
    expect([fake.admits(id, ['family']), fake.admits(id, ['guests'])]).toEqual([true, false]);
    expect(cluster.events().at(-1)).toMatch(told);
  });
});

describe('what is somebody else’s', () => {
  it.each<[string, () => void]>([
    ['a provider', () => Object.assign(fake.providers[0] ?? {}, { name: 'Their own' })],
    [
      'an application',
      () => {
        fake.providers.length = 0;
      },
    ],
    [
      'an application of a provider of theirs',
      () => Object.assign(fake.applications[0] ?? {}, { provider: 77 }),
    ],
  ])('is left alone: %s', async (_, makeTheirs) => {
    await reconcile();
    makeTheirs();
    const before = structuredClone([fake.providers, fake.applications]);
    expect(await reconcile({ title: 'Mine' })).toMatchObject({ type: 'stalled', reason: 'ClientTaken' });
    await cluster.finalize(controller, aClient());
    expect([fake.providers, fake.applications]).toEqual(before);
  });

  it('lets nobody in by a group that was not made for the home', async () => {
    const session = open();
    await session.syncAccounts?.(accounts(person('anna', { groups: ['owners'] })), 'another-home');
    expect(await reconcile({ access: { groups: ['owners'] } })).toMatchObject({
      type: 'stalled',
      reason: 'GroupTaken',
    });
    expect(fake.admits(id, ['owners'])).toBe(false);
  });
});

const open = () => {
  const objects = providerObjects('authentik', known);
  const context = fakeContext({ objects, reach: async () => fake.address });
  const [definition, app] = objects;
  const provision = { kind: 'SSOClient', port: 'admin', admin: { username: 'admin', secret: 'admin' } };
  const provider = { ref: { namespace: providers, name: 'authentik' }, app, definition, provision };
  return adapters.authentik.open(provider as unknown as Provider<'SSOClient'>, context);
};
const person = (name: string, more: object = {}) => ({
  name,
  displayName: name,
  disabled: false,
  groups: ['family'],
  ...more,
});
const accounts = (...users: ReturnType<typeof person>[]) => ({ revision: 'r', users });

describe('people', () => {
  const push = (...users: ReturnType<typeof person>[]) => open().syncAccounts?.(accounts(...users), 'home-1');
  const users = () =>
    fake.users.map(({ username, isActive, name, email, groups }) => ({
      username,
      isActive,
      name,
      ...(email && { email }),
      groups: (groups ?? []).map((pk) => fake.groups.find((group) => group.pk === pk)?.name),
    }));

  it('come and go as they are told', async () => {
    await push(person('anna', { displayName: 'Anna', email: 'anna@example.org' }), person('ben'));
    expect(users()).toEqual([
      { username: 'anna', isActive: true, name: 'Anna', email: 'anna@example.org', groups: ['family'] },
      { username: 'ben', isActive: true, name: 'ben', groups: ['family'] },
    ]);
    await push(person('anna', { groups: [] }), person('kim', { disabled: true }));
    expect(users()).toEqual([
      { username: 'anna', isActive: true, name: 'anna', groups: [] },
      { username: 'ben', isActive: false, name: 'ben', groups: [] },
      { username: 'kim', isActive: false, name: 'kim', groups: ['family'] },
    ]);
    fake.changes.length = 0;
    await push(person('anna', { groups: [] }), person('kim', { disabled: true }));
    expect(fake.changes).toEqual([]);
  });

  it('are told of all pages', async () => {
    const many = Array.from({ length: 120 }, (_, index) => person(`user${index}`));
    await push(...many);
    await push(...many.slice(1));
    expect(fake.users.filter(({ isActive }) => !isActive).map(({ username }) => username)).toEqual(['user0']);
  });

  it('that are not the home’s are left alone', async () => {
    await open().syncAccounts?.(accounts(person('root', { groups: ['owners'] })), 'another-home');
    const before = structuredClone(fake.users);
    const people = await push(person('root'), person('anna', { groups: ['owners', 'family'] }));
    expect(Object.fromEntries(people?.refused ?? [])).toEqual({
      root: expect.stringContaining('a user "root"'),
      anna: expect.stringContaining('a group "owners"'),
    });
    expect(fake.users[0]).toEqual(before[0]);
    expect(users()[1]).toMatchObject({ username: 'anna', groups: ['family'] });
  });

  it('says so where the token is refused', async () => {
    cluster = testCluster({ authentik: { ...known, server: { ...fake, token: 'not-the-token' } } });
    const outcome = await reconcile();
    expect(outcome).toMatchObject({ type: 'stalled', reason: 'AdminRefused' });
    expect(outcome.message).not.toContain('not-the-token');
  });
});
