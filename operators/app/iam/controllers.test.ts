import { App, AppDefinition, Group, Home, type SSOClient, User } from '@hearth/domain';
import type { Controller, Resource } from '@hearth/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anSsoClient, furniture, providerObjects, providers } from '../sso/testing/cluster.ts';
import { identityStandIn, type StandIn } from '../sso/testing/stand-in.ts';
import { type Passes, passesOver } from '../testing/passes.ts';
import { iamControllers } from './controllers.ts';

let identity: StandIn;
let other: StandIn;
let cluster: Passes;
let users: Controller<User>;
let groups: Controller<Group>;

beforeEach(async () => {
  [identity, other] = await Promise.all([identityStandIn(), identityStandIn()]);
  restart();
  const strategies = ['oidc'];
  cluster = passesOver({
    objects: [
      ...furniture,
      ...providerObjects('identity', { server: identity, api: 'hearth', strategies }),
      ...providerObjects('other', { server: other, api: 'hearth', strategies }),
      ...providerObjects('directory', { server: other, api: 'openldap', strategies: ['ldap'] }),
      ...providerObjects('new', { server: other, api: 'hearth', strategies }).map((object) =>
        object.kind === 'App' ? { ...object, status: undefined } : object,
      ),
    ],
    indexes: iamControllers().flatMap(({ indexes = [] }) => indexes),
    reach: async ({ name }) => (name === 'identity' ? identity : other).address,
  });
});
afterEach(() => Promise.all([identity[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]));

/** As a process that has just started: it remembers nothing. */
function restart() {
  [users, groups] = iamControllers() as unknown as [Controller<User>, Controller<Group>];
}

const aUser = (name: string, spec: object = {}, metadata: object = {}): User => ({
  apiVersion: User.apiVersion,
  kind: 'User',
  metadata: { name, uid: `uid-of-${name}`, generation: 1, ...metadata },
  spec: User.spec.parse(spec) as User['spec'],
});
const aGroup = (name: string, members: string[]): Group => ({
  apiVersion: Group.apiVersion,
  kind: 'Group',
  metadata: { name, uid: `uid-of-${name}` },
  spec: Group.spec.parse({ members }) as Group['spec'],
});
const reconcile = (name: string, spec: object = {}) => cluster.reconcile(users, aUser(name, spec));
const remove = async (name: string, annotations: Record<string, string> = {}) =>
  cluster.finalize(users, aUser(name, {}, { deletionTimestamp: '2026-01-01T00:00:00Z', annotations }));
const told = (provider = identity) =>
  provider.accounts()?.users.map(({ name, disabled, groups }) => [name, disabled, groups.join()]);
const puts = (provider = identity) => provider.asked.filter((line) => line.startsWith('PUT')).length;

describe('a User', () => {
  it('is told to every provider that runs and takes people', async () => {
    await cluster.put(aGroup('family', ['anna']));
    expect(await reconcile('anna', { displayName: 'Anna' })).toMatchObject({ type: 'ready', after: 600_000 });
    expect(told(identity)).toEqual([['anna', false, 'family']]);
    expect(told(other)).toEqual([['anna', false, 'family']]);
    expect([puts(identity), puts(other)]).toEqual([1, 1]);
  });

  it('has a status of what is known of them, to the day', async () => {
    identity.seen.set('anna', { passkeys: 2, lastSignIn: '2026-02-03T04:05:06Z' });
    expect(await reconcile('anna')).toMatchObject({
      status: { passkeys: 2, lastSignIn: '2026-02-03T00:00:00Z' },
    });
  });

  it('is not told again while nothing changed, by however many', async () => {
    for (const name of ['anna', 'ben', 'kim']) await cluster.put(aUser(name));
    await Promise.all(['anna', 'ben', 'kim'].map((name) => reconcile(name)));
    await cluster.reconcile(groups, aGroup('family', ['anna']));
    const before = puts();
    await Promise.all(['anna', 'ben', 'kim'].map((name) => reconcile(name)));
    expect([before, puts()]).toEqual([2, 2]);
    cluster.advance(600_000);
    await Promise.all(['anna', 'ben', 'kim'].map((name) => reconcile(name)));
    expect(puts()).toBe(3);
  });

  it('that is disabled is told at once', async () => {
    await reconcile('anna');
    await reconcile('anna', { disabled: true });
    expect(told()).toEqual([['anna', true, '']]);
  });

  it('waits where there is nobody to tell', async () => {
    for (const name of ['identity', 'other']) await cluster.remove(App, { namespace: providers, name });
    expect(await reconcile('anna')).toMatchObject({ type: 'waiting', reason: 'NoIdentityProvider' });
  });

  it('waits for the Home, by which people are marked', async () => {
    await cluster.remove(Home, { name: 'home' });
    expect(await reconcile('anna')).toMatchObject({ type: 'waiting', reason: 'HomeMissing' });
  });

  it('is told to those that answer, though another does not', async () => {
    other.before = () => 'hang up';
    expect(await reconcile('anna')).toMatchObject({
      type: 'waiting',
      reason: 'ProviderUnreachable',
      message: expect.stringContaining(`App ${providers}/other`),
    });
    expect(told(identity)).toEqual([['anna', false, '']]);
    other.before = () => undefined;
    cluster.advance(5_000);
    expect(await reconcile('anna')).toMatchObject({ type: 'ready' });
    expect([told(other), puts(identity)]).toEqual([[['anna', false, '']], 1]);
  });

  it('is asked about once by many where a provider does not answer', async () => {
    identity.before = () => 'hang up';
    await Promise.all(['anna', 'ben', 'kim'].map((name) => cluster.put(aUser(name))));
    await Promise.all(['anna', 'ben', 'kim'].map((name) => reconcile(name)));
    expect(puts()).toBe(1);
  });

  it('is told again to a provider that was down: its data may be a copy', async () => {
    await reconcile('anna');
    const app = cluster.get(App, { namespace: providers, name: 'identity' });
    const [ready] = app?.status?.conditions ?? [];
    const conditions = [{ ...ready, lastTransitionTime: '2026-01-02T00:00:00Z' }];
    await cluster.put({ ...app, status: { ...app?.status, conditions } } as App);
    await reconcile('anna');
    expect([puts(identity), puts(other)]).toEqual([2, 1]);
  });

  it('is told again by a process that starts', async () => {
    await reconcile('anna');
    restart();
    await reconcile('anna');
    expect(puts()).toBe(2);
  });
});

describe('a deleted User', () => {
  beforeEach(async () => {
    await reconcile('ben');
    await reconcile('anna');
  });

  it('goes when every provider was told', async () => {
    expect(await remove('anna')).toMatchObject({ type: 'ready' });
    expect([told(identity), told(other)]).toEqual([[['ben', false, '']], [['ben', false, '']]]);
    expect(cluster.get(User, { name: 'anna' })).toBeUndefined();
  });

  it('is held back while one has not been, and out of all others', async () => {
    other.before = () => 503;
    const outcome = await remove('anna');
    expect(outcome).toMatchObject({ type: 'waiting', reason: 'ProviderFailed' });
    expect(outcome.message).toContain('kubectl annotate user anna apps.hearth.dev/forget=true');
    expect(told(identity)).toEqual([['ben', false, '']]);
    expect(await remove('anna', { 'apps.hearth.dev/forget': 'true' })).toMatchObject({ type: 'ready' });
    expect(cluster.events().at(-1)).toMatch(/^Forgotten: /);
  });

  it('is held back while the directory behind one lets them in, and that is asked again soon', async () => {
    identity.report.directory = 'behind';
    expect(await remove('anna')).toMatchObject({
      type: 'waiting',
      reason: 'DirectoryBehind',
      message: expect.stringMatching(
        /by LDAP people still sign in as before\. Until it is told, anna may be let in/,
      ),
      after: 20_000,
    });
    identity.report.directory = 'in-step';
    cluster.advance(20_000);
    expect(await remove('anna')).toMatchObject({ type: 'ready' });
  });

  it('is held back by one that signs people in, and whose definition is gone', async () => {
    const client = anSsoClient();
    await cluster.put({
      ...client,
      status: { observedGeneration: 1, provider: client.spec.providerRef },
    } as SSOClient);
    const definition = cluster.get(AppDefinition, { name: 'identity' });
    await cluster.remove(AppDefinition, { name: 'identity' });
    expect(await remove('anna')).toMatchObject({
      type: 'waiting',
      reason: 'DefinitionMissing',
      message: expect.stringContaining(`App ${providers}/identity`),
    });
    await cluster.put(definition as AppDefinition);
    expect(await remove('anna')).toMatchObject({ type: 'ready' });
    expect(told(identity)).toEqual([['ben', false, '']]);
  });

  it('is not held back by providers that are no more', async () => {
    for (const name of ['identity', 'other']) await cluster.remove(App, { namespace: providers, name });
    expect(await remove('anna')).toMatchObject({ type: 'ready' });
  });
});

describe('a Group', () => {
  it('is told with its members', async () => {
    await cluster.put(aUser('anna'));
    expect(await cluster.reconcile(groups, aGroup('family', ['anna']))).toMatchObject({
      type: 'ready',
      message: '',
      conditions: [],
    });
    expect(told()).toEqual([['anna', false, 'family']]);
  });

  it('says whom it names in vain', async () => {
    await cluster.put(aUser('anna'));
    expect(await cluster.reconcile(groups, aGroup('family', ['anna', 'kim']))).toMatchObject({
      type: 'ready',
      message: expect.stringContaining('There is no User kim'),
    });
  });

  it('wakes its members, whether it comes or goes', () => {
    const rule = users.watches?.find(({ kind }) => kind.kind === 'Group');
    const keys = rule?.keys(aGroup('family', ['anna', 'ben']) as Resource, undefined as never);
    expect(keys).toEqual([{ name: 'anna' }, { name: 'ben' }]);
  });
});
