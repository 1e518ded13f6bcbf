import KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Keycloak, startKeycloak } from '../../../e2e/harness/keycloak.ts';
import { createSsoClientController } from './controller.ts';
import { anSsoClient, providers, type TestCluster, testCluster, urlOf } from './testing/cluster.ts';
import { type KeycloakPeople, type Person, peopleOf, person } from './testing/keycloak-people.ts';

const controller = createSsoClientController();
const minute = 61_000;

let keycloak: Keycloak;
let admin: KeycloakAdminClient;
let people: KeycloakPeople;
let cluster: TestCluster;
let count = 0;
let name: string;
let id: string;

beforeAll(async () => {
  keycloak = await startKeycloak(urlOf('keycloak'));
  const { host, port } = keycloak.address;
  const baseUrl = `http://${host}:${port}`;
  const account = new KeycloakAdminClient({ baseUrl });
  await account.auth({
    username: 'admin',
    password: keycloak.token,
    grantType: 'password',
    clientId: 'admin-cli',
  });
  admin = new KeycloakAdminClient({ baseUrl, realmName: 'home' });
  admin.registerTokenProvider({ getAccessToken: () => account.getAccessToken() });
  people = peopleOf(keycloak, admin);
}, 600_000);
afterAll(() => keycloak?.stop());
beforeEach(() => {
  name = `rss-kc${++count}`;
  id = `home-${name}`;
  cluster = testCluster({ keycloak: server(keycloak.token) });
});

const server = (token: string) => ({
  server: { address: keycloak.address, token },
  api: 'keycloak' as const,
  strategies: ['oidc'],
});
const aClient = (spec: object = {}) =>
  anSsoClient(name, { providerRef: { namespace: providers, name: 'keycloak' }, ...spec });
const reconcile = (spec: object = {}) => cluster.reconcile(controller, aClient(spec));
const binding = () => cluster.binding(name);
const find = async (clientId = id) => (await admin.clients.find({ clientId }))[0];
const change = async (changes: ClientRepresentation) =>
  admin.clients.update({ id: (await find())?.id ?? '' }, { ...(await find()), ...changes });

/** What Keycloak says to a code that is none: whether it knew the client is told by the status. */
async function isLetIn(clientId: string | undefined, secret: string | undefined): Promise<boolean> {
  const { host, port } = keycloak.address;
  const answer = await fetch(`http://${host}:${port}/realms/home/protocol/openid-connect/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code: 'none', redirect_uri: urlOf('rss') }),
  });
  const { error } = (await answer.json()) as { error: string };
  return error === 'invalid_grant';
}

describe('an SSOClient at Keycloak', () => {
  it('gets a client in a realm that is made for it', async () => {
    const outcome = await reconcile({ signOut: '/backchannel', title: 'News' });
    expect(outcome).toMatchObject({ type: 'ready', status: { clientId: id }, conditions: [] });
    const issuer = `${urlOf('keycloak')}/realms/home`;
    expect(binding()).toMatchObject({
      issuer,
      clientId: id,
      discovery: `${issuer}/.well-known/openid-configuration`,
    });
    expect(await find()).toMatchObject({
      name: 'News',
      publicClient: false,
      standardFlowEnabled: true,
      directAccessGrantsEnabled: false,
      fullScopeAllowed: false,
      baseUrl: urlOf('rss'),
      redirectUris: [`${urlOf('rss')}/oauth2/callback`],
      attributes: {
        'hearth.home': 'home-1',
        'hearth.namespace': 'home',
        'hearth.name': name,
        'backchannel.logout.url': `${urlOf('rss')}/backchannel`,
        'post.logout.redirect.uris': `${urlOf('rss')}##${urlOf('rss')}/`,
      },
      defaultClientScopes: expect.arrayContaining(['groups', 'profile', 'email']),
    });
    expect((await admin.realms.findOne({ realm: 'home' }))?.attributes).toMatchObject({ hearth: 'home-1' });
    expect(await isLetIn(id, binding()?.clientSecret)).toBe(true);
    expect(await isLetIn(id, 'another')).toBe(false);
    const { host, port } = keycloak.address;
    const discovery = await fetch(`http://${host}:${port}/realms/home/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({ issuer });
  });

  it('changes nothing when it is looked at again', async () => {
    await reconcile({ signOut: '/backchannel' });
    const before = await find();
    await cluster.reconcile(createSsoClientController(), aClient({ signOut: '/backchannel' }));
    expect(await find()).toEqual(before);
    expect(cluster.events()).toHaveLength(1);
  });

  it('says that groups are not kept out', async () => {
    expect(await reconcile({ access: { groups: ['family'] } })).toMatchObject({
      type: 'ready',
      conditions: [{ type: 'Guarded', status: 'False', reason: 'GroupsNotEnforced' }],
    });
  });

  it('rotates by a second client, and the first goes when nobody runs on it', async () => {
    await reconcile();
    const old = binding();
    await reconcile({ rotation: 'r1' });
    expect(binding()).toMatchObject({ clientId: `${id}_2` });
    expect(cluster.client(name)?.status?.clientId).toBe(`${id}_2`);
    expect(await isLetIn(old?.clientId, old?.clientSecret)).toBe(true);
    expect(await isLetIn(binding()?.clientId, binding()?.clientSecret)).toBe(true);
    await cluster.settle(name);
    cluster.advance(minute);
    await reconcile({ rotation: 'r1' });
    expect([await find(), (await find(`${id}_2`))?.secret]).toEqual([undefined, binding()?.clientSecret]);
    await cluster.settle(name);
    await reconcile({ rotation: 'r2' });
    expect(binding()).toMatchObject({ clientId: id });
    expect(await isLetIn(id, binding()?.clientSecret)).toBe(true);
  });

  it('goes with its SSOClient', async () => {
    await reconcile();
    expect(await cluster.finalize(controller, aClient())).toMatchObject({ type: 'ready' });
    expect(await find()).toBeUndefined();
  });
});

describe('healing', () => {
  it.each<[string, ClientRepresentation, RegExp]>([
    ['the secret', { secret: 'somebody-else’s' }, /^Healed/],
    ['redirect URIs', { redirectUris: ['https://evil.example/*'] }, /^Updated.*redirect URIs/],
    ['flows', { directAccessGrantsEnabled: true }, /^Updated.*flows/],
    ['that it is enabled', { enabled: false }, /^Updated.*enabled/],
    ['that it is told of no roles', { fullScopeAllowed: true }, /^Updated.*roles/],
    ['back-channel logout', { attributes: { 'backchannel.logout.url': 'https://evil.example' } }, /^Updated/],
  ])('sets right %s', async (_, drift, told) => {
    await reconcile({ signOut: '/backchannel' });
    const before = await find();
    await change(drift);
    expect(await reconcile({ signOut: '/backchannel' })).toMatchObject({ type: 'ready' });
    const after = await find();
    expect({ ...after, attributes: undefined }).toEqual({ ...before, attributes: undefined });
    expect(after?.attributes).toMatchObject(before?.attributes ?? {});
    expect(cluster.events().at(-1)).toMatch(told);
  });

  it('makes the client again where it is gone', async () => {
    await reconcile();
    const { clientSecret } = binding() ?? {};
    await admin.clients.del({ id: (await find())?.id ?? '' });
    await reconcile();
    expect((await find())?.secret).toBe(clientSecret);
    expect(cluster.events().at(-1)).toMatch(/^Recreated/);
  });

  it('leaves alone a client that it did not make', async () => {
    await admin.clients.create({ clientId: id, redirectUris: ['https://theirs.example/'] });
    const before = await find();
    expect(await reconcile()).toMatchObject({
      type: 'stalled',
      reason: 'ClientTaken',
      message: expect.stringContaining('was not made by Hearth'),
    });
    await cluster.finalize(controller, aClient());
    expect(await find()).toEqual(before);
  });

  it('says so where the admin is refused, without the password', async () => {
    cluster = testCluster({ keycloak: server('not-the-password') });
    const outcome = await reconcile();
    expect(outcome).toMatchObject({ type: 'stalled', reason: 'AdminRefused' });
    expect(outcome.message).not.toContain('not-the-password');
  });
});

describe('people', () => {
  const push = (...told: Person[]) => people.push(...told);
  const users = () => people.users();

  it('come and go as they are told, without credentials', async () => {
    await push(
      person('anna', { displayName: 'Anna', email: 'anna@example.org', groups: ['family', 'admins'] }),
      person('ben'),
    );
    expect(await users()).toEqual([
      {
        name: 'anna',
        enabled: true,
        firstName: 'Anna',
        email: 'anna@example.org',
        groups: ['admins', 'family'],
      },
      { name: 'ben', enabled: true, firstName: 'ben', groups: ['family'] },
    ]);
    const [anna] = await admin.users.find({ username: 'anna' });
    expect(await admin.users.getCredentials({ id: anna?.id ?? '' })).toEqual([]);
    expect(anna?.requiredActions).toEqual([]);

    await push(person('anna', { groups: ['admins'] }), person('kim', { disabled: true }));
    expect(await users()).toEqual([
      { name: 'anna', enabled: true, firstName: 'anna', groups: ['admins'] },
      { name: 'ben', enabled: false, firstName: 'ben', groups: [] },
      { name: 'kim', enabled: false, firstName: 'kim', groups: ['family'] },
    ]);

    await push(person('ben'));
    expect((await users())[1]).toEqual({ name: 'ben', enabled: true, firstName: 'ben', groups: ['family'] });
  });

  it('are told with their groups to apps', async () => {
    await reconcile();
    await push(person('anna', { displayName: 'Anna' }));
    const [anna] = await admin.users.find({ username: 'anna' });
    const token = await admin.clients.evaluateGenerateIdToken({
      id: (await find())?.id ?? '',
      userId: anna?.id ?? '',
      scope: 'openid groups',
    });
    expect(token).toMatchObject({ groups: ['family'], preferred_username: 'anna', name: 'Anna' });
  });

  it('that are not the home’s, and groups, are left alone', async () => {
    await admin.users.create({ username: 'root', enabled: true });
    await admin.groups.create({ name: 'owners' });
    const before = await admin.users.find({ username: 'root' });
    const told = await push(person('root'), person('anna', { groups: ['owners', 'family'] }));
    expect(Object.fromEntries(told?.refused ?? [])).toEqual({
      root: expect.stringContaining('a user "root"'),
      anna: expect.stringContaining('a group "owners"'),
    });
    expect(await admin.users.find({ username: 'root' })).toEqual(before);
    expect((await users())[0]).toMatchObject({ name: 'anna', groups: ['family'] });
    await push();
    expect(await admin.users.find({ username: 'root' })).toEqual(before);
  });

  it('whom Keycloak refuses keep nobody else out', async () => {
    const told = await push(
      person('anna', { email: 'same@example.org' }),
      person('ben', { email: 'same@example.org' }),
      person('kim'),
    );
    expect([...(told?.refused.keys() ?? [])]).toEqual(['ben']);
    expect((await users()).find((user) => user.name === 'kim')).toMatchObject({ enabled: true });
  });

  it('whose address Keycloak refuses are locked out all the same, and keep the one that they had', async () => {
    const own = { email: 'tom@example.org', displayName: 'Tom' };
    await push(person('anna', { email: 'family@example.org' }), person('tom', own));
    const told = await push(
      person('anna', { email: 'family@example.org' }),
      person('tom', { email: 'family@example.org', displayName: 'Thomas', disabled: true }),
    );
    expect(told?.refused.get('tom')).toContain('keeps the old address of tom');
    expect((await users()).find((user) => user.name === 'tom')).toMatchObject({
      enabled: false,
      firstName: 'Thomas',
      email: 'tom@example.org',
    });
  });

  it.each<[string, Person[]]>([
    ['are gone', []],
    ['are disabled', [person('lea', { disabled: true })]],
  ])('who %s are signed out, also where a pass was cut off before that', async (_, told) => {
    await push(person('lea'));
    const userId = await people.signIn('lea');
    expect(await admin.users.listSessions({ id: userId })).toHaveLength(1);
    await admin.users.update(
      { id: userId },
      { ...(await admin.users.findOne({ id: userId })), enabled: false },
    );
    await push(...told);
    expect(await admin.users.listSessions({ id: userId })).toEqual([]);
  });
});
