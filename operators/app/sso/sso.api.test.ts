import { Group, User } from '@hearth/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Identity, startIdentity } from '../../../e2e/harness/identity.ts';
import {
  type Bench,
  eventually,
  home,
  identityApp,
  identityDefinition,
  isReady,
  openBench,
  readyStatus,
  route,
  ssoClient,
  withCondition,
} from './testing/bench.ts';

const minute = 61_000;
const issuer = 'https://identity.hearth.home.arpa';
const rss = 'https://rss.hearth.home.arpa';
const mark = { home: '', namespace: 'home', name: '' };

let bench: Bench;
let identity: Identity;
let other: Identity;
let count = 0;
let name: string;

beforeAll(async () => {
  [bench, identity, other] = await Promise.all([
    openBench(),
    startIdentity(issuer),
    startIdentity('https://other.hearth.home.arpa'),
  ]);
  await bench.apply(home, identityDefinition, route('rss'));
  await bench.say('route', 'rss', { observedGeneration: 1, url: rss });
  await register('identity', identity);
  await register('other', other);
  mark.home = (await bench.get('home', 'home'))?.metadata.uid ?? '';
}, 600_000);
afterAll(async () => {
  await Promise.all([bench?.stop(), identity?.stop(), other?.stop()]);
});
beforeEach(() => {
  name = `app${++count}`;
});

/** Makes an identity provider known; again after it has started anew, since its ports are others then. */
async function register(app: string, { token, issuer: url, ...ports }: Identity): Promise<void> {
  const metadata = { namespace: 'hearth-providers', name: app };
  await bench.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: { username: 'hearth', password: token },
  });
  await bench.apply(identityApp(app, ports));
  await bench.say('app', app, readyStatus({ url }), 'hearth-providers');
}

const oidc = (spec: object = {}) =>
  ssoClient(name, { strategy: 'oidc', redirects: ['/oauth2/callback'], ...spec });
const make = async (spec: object = {}) => {
  await bench.apply(oidc(spec));
  await bench.becomes('ssoclient', name, { ...isReady });
};
const binding = () => bench.secret(`${name}-binding`);

/** Asks an identity provider's admin API. */
const admin = (provider: Identity, path: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${provider.adminPort}/admin/v1/${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${provider.token}`,
      ...(init.body && { 'content-type': 'application/json' }),
      ...init.headers,
    },
  });
const clientAt = async (provider: Identity, id = `home-${name}`) => {
  const answer = await admin(provider, `clients/${id}`);
  return answer.ok
    ? ((await answer.json()) as { secrets: object[]; mark: object; groups: string[] })
    : undefined;
};

/** What identity says to a code that is none: whether it knew the client is told by the error. */
async function isLetIn(provider: Identity, clientId = '', secret = ''): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${provider.port}/oidc/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(`${clientId}:${secret}`)}`,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': new URL(provider.issuer).host,
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'none',
      redirect_uri: `${rss}/oauth2/callback`,
      code_verifier: 'v'.repeat(43),
    }),
  });
  const { error } = (await answer.json()) as { error: string };
  expect(['invalid_grant', 'invalid_client']).toContain(error);
  return error === 'invalid_grant';
}

describe('an SSOClient', () => {
  it('gets a client with which an app is let in, and nobody else', async () => {
    await make({ access: { groups: ['family'] } });
    const { clientId, clientSecret, issuer: told } = await binding();
    expect([clientId, told]).toEqual([`home-${name}`, issuer]);
    expect(await isLetIn(identity, clientId, clientSecret)).toBe(true);
    expect(await isLetIn(identity, clientId, 'another-secret-of-some-length')).toBe(false);
    expect(await clientAt(identity)).toMatchObject({ mark: { ...mark, name }, groups: ['family'] });
    const status = JSON.stringify((await bench.get('ssoclient', name))?.status);
    expect(status).not.toContain(clientSecret);
  });

  it('gets a Middleware that asks identity', async () => {
    await bench.apply(ssoClient(name, { strategy: 'forward-auth', open: ['/api/'] }));
    await bench.becomes('ssoclient', name, { ...isReady, middleware: `${name}-sign-on` });
    const middleware = await bench.get('middlewares.traefik.io', `${name}-sign-on`);
    expect(middleware?.spec).toMatchObject({ forwardAuth: { trustForwardHeader: false } });
    const { forwardAuth } = (middleware?.spec ?? {}) as { forwardAuth: { address: string } };
    const asked = await fetch(forwardAuth.address, {
      headers: {
        'x-forwarded-proto': 'https',
        'x-forwarded-host': new URL(rss).host,
        'x-forwarded-uri': '/',
        'x-forwarded-method': 'GET',
        'sec-fetch-mode': 'cors',
      },
      redirect: 'manual',
    });
    expect(asked.status).toBe(401);
  });

  it('waits for its Route, and for its provider', async () => {
    await bench.apply(
      oidc({ route: 'later', providerRef: { namespace: 'hearth-providers', name: 'later' } }),
    );
    await bench.becomes('ssoclient', name, withCondition('Ready', { reason: 'ProviderMissing' }));
    await bench.apply(oidc({ route: 'later' }));
    await bench.becomes('ssoclient', name, withCondition('Ready', { reason: 'RouteMissing' }));
    await bench.apply(route('later'));
    await bench.becomes('ssoclient', name, withCondition('Ready', { reason: 'RouteNotReady' }));
    await bench.say('route', 'later', { observedGeneration: 1, url: 'https://later.hearth.home.arpa' });
    await bench.becomes('ssoclient', name, isReady);
  });

  it('waits for no provider where it can do without', async () => {
    const providerRef = { namespace: 'hearth-providers', name: 'later' };
    await bench.apply(oidc({ optional: true, providerRef }));
    await bench.becomes('ssoclient', name, isReady);
    await bench.apply(oidc({ optional: false, providerRef }));
    await bench.becomes('ssoclient', name, withCondition('Ready', { reason: 'ProviderMissing' }));
    await bench.apply(oidc({ optional: true }));
    await bench.becomes('ssoclient', name, { ...isReady, clientId: expect.any(String) });
  });

  it('goes with all that it has', async () => {
    await make();
    await bench.run('delete', 'ssoclient', name, '-n', 'home', '--timeout=30s');
    expect(await clientAt(identity)).toBeUndefined();
  });
});

describe('a secret', () => {
  it('rotates, and both let an app in until nobody runs on the old one', async () => {
    await make();
    const old = await binding();
    await make({ rotation: 'r1' });
    await bench.becomes('ssoclient', name, {
      rotation: 'r1',
      ...withCondition('Changing', { status: 'True' }),
    });
    const fresh = await binding();
    expect(fresh.clientSecret).not.toBe(old.clientSecret);
    expect(await isLetIn(identity, old.clientId, old.clientSecret)).toBe(true);
    expect(await isLetIn(identity, fresh.clientId, fresh.clientSecret)).toBe(true);

    // Nobody is known to use it: then it is given an hour.
    bench.advance(60 * minute);
    await eventually(async () => expect((await clientAt(identity))?.secrets).toHaveLength(1));
    expect(await isLetIn(identity, old.clientId, old.clientSecret)).toBe(false);
    expect(await isLetIn(identity, fresh.clientId, fresh.clientSecret)).toBe(true);
  });

  it('is set anew where the Secret is gone, without anybody asking', async () => {
    await make();
    const old = await binding();
    await bench.run('delete', 'secret', `${name}-binding`, '-n', 'home');
    await eventually(async () => expect((await binding()).clientSecret).toBeDefined());
    const fresh = await binding();
    await eventually(async () =>
      expect(await isLetIn(identity, fresh.clientId, fresh.clientSecret)).toBe(true),
    );
    expect(await isLetIn(identity, old.clientId, old.clientSecret)).toBe(false);
  });

  it('is set again where identity has lost its database', async () => {
    await make();
    const { clientId, clientSecret } = await binding();
    await identity.kill();
    await identity.start('lost');
    await register('identity', identity);
    await eventually(async () => expect(await isLetIn(identity, clientId, clientSecret)).toBe(true));
  });
});

describe('another provider', () => {
  it('gets the client, and the old one loses it when nobody runs on it', async () => {
    await make();
    const old = await binding();
    await make({ providerRef: { namespace: 'hearth-providers', name: 'other' } });
    await bench.becomes('ssoclient', name, { provider: { name: 'other' } });
    const fresh = await binding();
    expect(fresh.issuer).toBe(other.issuer);
    expect(await isLetIn(other, fresh.clientId, fresh.clientSecret)).toBe(true);
    expect(await isLetIn(identity, old.clientId, old.clientSecret)).toBe(true);
    await bench.restart();
    bench.advance(60 * minute);
    await eventually(async () => expect(await clientAt(identity)).toBeUndefined());
    expect(await isLetIn(other, fresh.clientId, fresh.clientSecret)).toBe(true);
  });
});

describe('a client of somebody else', () => {
  it('is left alone', async () => {
    const id = `home-${name}`;
    const theirs = { ...mark, home: 'another-home', name };
    const client = {
      id,
      mark: theirs,
      strategy: 'oidc',
      redirectUris: ['https://theirs.example/callback'],
      postLogoutRedirectUris: [],
      open: [],
      groups: [],
      title: 'Theirs',
      url: 'https://theirs.example',
      secrets: [],
    };
    const put = await admin(identity, `clients/${id}`, { method: 'PUT', body: JSON.stringify(client) });
    expect(put.ok).toBe(true);
    await bench.apply(oidc());
    await bench.becomes('ssoclient', name, withCondition('Stalled', { reason: 'ClientTaken' }));
    await bench.run('delete', 'ssoclient', name, '-n', 'home', '--timeout=30s');
    expect(await clientAt(identity)).toMatchObject({ mark: theirs });
  });
});

describe('people', () => {
  const user = (name: string, spec: object = {}) => ({
    apiVersion: User.apiVersion,
    kind: User.kind,
    metadata: { name },
    spec,
  });
  const group = (name: string, members: string[]) => ({
    apiVersion: Group.apiVersion,
    kind: Group.kind,
    metadata: { name },
    spec: { members },
  });
  const names = async (provider = identity) => {
    const report = (await (await admin(provider, 'accounts')).json()) as { users: { name: string }[] };
    return report.users.map((each) => each.name);
  };

  it('are known to identity, with what it knows of them', async () => {
    await bench.apply(user('anna', { displayName: 'Anna' }), user('ben'), group('family', ['anna', 'kim']));
    await bench.becomes('user', 'anna', { ...isReady, passkeys: 0 });
    await bench.becomes('group', 'family', {
      ...isReady,
      ...withCondition('MembersKnown', { message: expect.stringContaining('There is no User kim') }),
    });
    await eventually(async () => expect((await names()).toSorted()).toEqual(['anna', 'ben']));
    await eventually(async () => expect((await names(other)).toSorted()).toEqual(['anna', 'ben']));
  });

  it('are told again to an identity that has lost its database', async () => {
    await identity.kill();
    await identity.start('lost');
    await register('identity', identity);
    bench.advance(600_000);
    await eventually(async () => expect((await names()).toSorted()).toEqual(['anna', 'ben']));
  });

  it('that are deleted go when identity has shut them out, and not before', async () => {
    await identity.kill();
    await bench.run('delete', 'user', 'ben', '--wait=false');
    await bench.becomes('user', 'ben', withCondition('Ready', { reason: 'ProviderUnreachable' }));
    await eventually(async () => expect(await names(other)).toEqual(['anna']));
    await identity.start();
    await register('identity', identity);
    await eventually(async () => expect(await bench.get('user', 'ben')).toBeUndefined());
    expect(await names()).toEqual(['anna']);
  });
});
