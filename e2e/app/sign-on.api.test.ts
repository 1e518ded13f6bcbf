import { setTimeout as pause } from 'node:timers/promises';
import { App, Home, Plan, Route, SSOClient } from '@hearth/domain';
import { ConfigMap, Secret, StatefulSet } from '@hearth/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeSecret } from '../../operators/app/binding.ts';
import { IngressRoute, Middleware } from '../../operators/app/route/traefik/kinds.ts';
import type { StandIn } from '../../operators/app/sso/testing/stand-in.ts';
import type { ApiClient } from './api-client.ts';
import { openTestHome, type TestHome } from './home.ts';
import {
  appBecomes,
  appIsReady,
  codesOfAnswers,
  condition,
  eventually,
  generations,
  isGone,
} from './looking.ts';
import { app, gatewayApp } from './objects.ts';
import { box, club, installProvider, notes, plain, wiki } from './sign-on-objects.ts';

let home: TestHome;
let client: ApiClient;
let identity: StandIn;
let other: StandIn;

beforeAll(async () => {
  home = await openTestHome();
  client = home.client;
  await client.apply(gatewayApp(home.gatewayPort), wiki, notes, box, plain, club);
});
afterAll(async () => {
  await home?.close();
  await identity?.[Symbol.asyncDispose]();
  await other?.[Symbol.asyncDispose]();
});

const inHome = (name: string) => ({ namespace: 'home', name });
const provider = (name: string) => ({ namespace: 'hearth-providers', name });
const statusOf = async (name: string) => (await client.get(App, inHome(name)))?.status;
const signOnOf = async (name: string) =>
  (await statusOf(name))?.bindings?.find((binding) => binding.name === 'sso');
const environmentOf = async (name: string) =>
  decodeSecret(await client.get(Secret, inHome(`${name}-env`))) ?? {};
const middlewaresOf = async (name: string) =>
  (await client.get(IngressRoute, inHome(`${name}-route`)))?.spec.routes.map((rule) =>
    rule.middlewares.map((each) => each.name),
  );
const guarded = (name: string) => [
  `${name}-route-headers`,
  `${name}-route-home-network`,
  `${name}-sso-sign-on`,
];
const unguarded = (name: string) => [`${name}-route-headers`, `${name}-route-home-network`];

describe('sign-on that arrives late', () => {
  test('finds apps that run without it', async () => {
    const off = (name: string) => ({ name, mode: 'Off' });
    await client.apply(
      app('after', 'wiki', { integrations: [{ name: 'peer', providerRef: inHome('before') }] }),
      app('before', 'wiki', { integrations: [off('peer')] }),
      app('alone', 'wiki', { integrations: [off('peer'), off('sso')] }),
      app('notes', 'notes'),
      app('box', 'box'),
      app('plain', 'plain'),
    );
    for (const name of ['after', 'before', 'alone', 'notes', 'box', 'plain'])
      await appIsReady(client, inHome(name));
    expect(await middlewaresOf('box')).toEqual([unguarded('box')]);
    expect(await environmentOf('before')).not.toHaveProperty('app.CLIENT_ID');
  });

  test('comes first to what others use, and to these when that has come up', async () => {
    const before = await generations(client);
    home.kubelet.hold('home/before');
    identity = await installProvider(home, 'identity');
    await eventually(async () =>
      expect(await generations(client)).toMatchObject({ before: (before.before ?? 0) + 1 }),
    );
    expect(await signOnOf('before')).toMatchObject({ providerRef: provider('identity'), rewiring: {} });
    await pause(1_000);
    expect((await generations(client)).after).toBe(before.after);
    expect(await signOnOf('after')).toMatchObject({ state: 'Unbound' });

    home.kubelet.release('home/before');
    await eventually(async () => expect(await signOnOf('after')).toMatchObject({ state: 'Bound' }));
    for (const name of ['after', 'before', 'box']) {
      await eventually(async () => expect(await signOnOf(name)).not.toHaveProperty('rewiring'));
      await appIsReady(client, inHome(name));
    }
    // No other app has another pod template than it had.
    const { after = 0, before: first = 0, box: behind = 0, ...untouched } = before;
    expect(await generations(client)).toEqual({
      ...untouched,
      after: after + 1,
      before: first + 1,
      box: behind + 1,
    });
  });

  test('gives an app its client, and the provider the app’s address', async () => {
    const { clientId = '' } = (await client.get(SSOClient, inHome('after-sso')))?.status ?? {};
    const registered = identity.clients.get(clientId);
    expect(registered).toMatchObject({
      strategy: 'oidc',
      redirectUris: ['https://after.hearth.home.arpa/callback'],
      title: 'Wiki',
    });
    expect(await environmentOf('after')).toMatchObject({
      'app.CLIENT_ID': clientId,
      'app.CLIENT_SECRET': registered?.secrets[0]?.value,
    });
  });

  test('is asked for by the gateway where the app can’t, but for open paths', async () => {
    expect(await middlewaresOf('box')).toEqual([guarded('box'), unguarded('box')]);
    expect(await client.get(Middleware, inHome('box-sso-sign-on'))).toBeDefined();
    expect((await client.get(Route, inHome('box-route')))?.status).toMatchObject({
      signOn: { client: 'box-sso' },
    });
    expect(await environmentOf('box')).toHaveProperty(['app.TRUST']);
  });

  test('is offered where people would get new accounts, and left alone where it is Off', async () => {
    expect(await statusOf('notes')).toMatchObject({
      bindings: expect.arrayContaining([expect.objectContaining({ name: 'sso', state: 'Unbound' })]),
      offers: [{ name: 'sso', providers: [provider('identity')] }],
    });
    expect(await signOnOf('alone')).toMatchObject({ state: 'Off' });
    const clients = await client.list(SSOClient, 'home');
    expect(clients.map(({ metadata }) => metadata.name).toSorted()).toEqual([
      'after-sso',
      'before-sso',
      'box-sso',
    ]);
  });

  test('is taken when a person accepts it', async () => {
    await client.patch(App, inHome('notes'), {
      spec: { integrations: [{ name: 'sso', providerRef: provider('identity') }] },
    });
    await eventually(async () => expect(await signOnOf('notes')).toMatchObject({ state: 'Bound' }));
    expect(await statusOf('notes')).toMatchObject({ offers: [] });
  });
});

describe('an app that is installed while nobody can sign in yet', () => {
  test('runs behind a closed door, which opens when they can', async () => {
    home.kubelet.hold('hearth-providers/identity');
    const noPod = { status: { readyReplicas: 0, availableReplicas: 0 } };
    await client.patch(StatefulSet, provider('identity'), noPod, 'status');
    await appBecomes(client, provider('identity'), { status: 'False' });
    await client.apply(app('late', 'box'));
    await appBecomes(client, inHome('late'), {
      status: 'False',
      reason: 'RouteNotReady',
      message: expect.stringContaining('Nobody is let in before people can sign in.'),
    });
    await eventually(async () => expect(await generations(client)).toMatchObject({ late: 1 }));
    expect(await middlewaresOf('late')).toBeUndefined();
    home.kubelet.release('hearth-providers/identity');
    await appIsReady(client, inHome('late'));
    expect(await middlewaresOf('late')).toEqual([guarded('late'), unguarded('late')]);
  });
});

describe('another choice of the home', () => {
  /** Who is on the way from one provider to another. */
  const moving = async () => {
    const apps = await client.list(App, 'home');
    return apps.flatMap(({ metadata, status }) =>
      status?.bindings?.some(({ rewiring }) => rewiring?.from !== undefined) ? [metadata.name] : [],
    );
  };

  test('moves what can be moved, one app at a time, and says so first', async () => {
    await client.patch(App, inHome('notes'), { spec: { integrations: null } });
    other = await installProvider(home, 'club');
    await appIsReady(client, provider('club'));
    const before = await generations(client);
    home.kubelet.hold('home/before');
    await client.patch(Home, { name: 'home' }, { spec: { signOn: { providerRef: provider('club') } } });
    await eventually(async () => expect(await moving()).toEqual(['before']));
    expect(await statusOf('after')).toMatchObject({
      ...condition('Ready', { status: 'True' }),
      ...condition('Moved', {
        status: 'False',
        reason: 'WaitsForItsTurn',
        message:
          'Slot sso: It moves from hearth-providers/identity to hearth-providers/club after home/before.',
      }),
    });
    const plan = await client.get(Plan, inHome((await statusOf('before'))?.plan ?? ''));
    expect(plan?.spec.levels.flatMap(({ steps }) => steps)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          id: 'bind:sso',
          action: 'Rewire',
          reason: 'It moves from hearth-providers/identity to hearth-providers/club, as the home chooses.',
          restarts: [inHome('before')],
        }),
      ]),
    );
    await pause(1_000);
    expect(await moving()).toEqual(['before']);
    const { before: first = 0, ...others } = before;
    expect(await generations(client)).toEqual({ ...others, before: first + 1 });
  });

  test('goes on when the first has come up', async () => {
    const seen = new Set<number>();
    home.kubelet.release('home/before');
    await eventually(async () => {
      seen.add((await moving()).length);
      const moved = await Promise.all(['before', 'after', 'box', 'late'].map(signOnOf));
      expect(moved.map((binding) => binding?.providerRef?.name)).toEqual(['club', 'club', 'club', 'club']);
      for (const binding of moved) expect(binding).not.toHaveProperty('rewiring');
    }, 60_000);
    expect(Math.max(...seen)).toBeLessThanOrEqual(1);
    for (const name of ['before', 'after', 'box', 'late']) await appIsReady(client, inHome(name));
    expect((await environmentOf('after'))['app.CLIENT_SECRET']).toBe(
      [...other.clients.values()].find(({ mark }) => mark.name === 'after-sso')?.secrets[0]?.value,
    );
  });

  test('is offered to those whose accounts it would leave behind', async () => {
    expect(await signOnOf('notes')).toMatchObject({ state: 'Bound', providerRef: provider('identity') });
    expect(await statusOf('notes')).toMatchObject({
      offers: [{ name: 'sso', providers: [provider('club')] }],
    });
  });
});

test('sign-on that is turned off is asked for until the app trusts nobody’s word for it', async () => {
  const before = await generations(client);
  home.kubelet.hold('home/box');
  await client.patch(App, inHome('box'), { spec: { integrations: [{ name: 'sso', mode: 'Off' }] } });
  await eventually(async () =>
    expect(await generations(client)).toMatchObject({ box: (before.box ?? 0) + 1 }),
  );
  await pause(1_000);
  expect(await middlewaresOf('box')).toEqual([guarded('box'), unguarded('box')]);
  home.kubelet.release('home/box');
});

test('then it leaves nothing, and the app its own sign-on', async () => {
  const before = await generations(client);
  await eventually(async () => expect(await middlewaresOf('box')).toEqual([unguarded('box')]));
  await isGone(() => client.get(SSOClient, inHome('box-sso')));
  await isGone(() => client.get(Middleware, inHome('box-sso-sign-on')));
  await appIsReady(client, inHome('box'));
  expect(await generations(client)).toEqual(before);
  expect(await environmentOf('box')).not.toHaveProperty(['app.TRUST']);
});

describe('the certificate of the home’s authority', () => {
  const published = async (namespace: string) =>
    (await client.get(ConfigMap, { namespace, name: 'hearth-ca' }))?.data?.['ca.crt'];

  test('is where apps run, and nowhere else', async () => {
    const { certificateAuthority } = (await client.get(Home, { name: 'home' }))?.status ?? {};
    expect(certificateAuthority).toContain('BEGIN CERTIFICATE');
    expect(await published('home')).toBe(certificateAuthority);
    expect(await published('hearth-providers')).toBe(certificateAuthority);
    expect(await published('hearth-system')).toBeUndefined();
  });

  test('leaves what somebody else calls so, and says it', async () => {
    await home.kubectl(['create', 'namespace', 'guest']);
    await home.kubectl(['create', 'configmap', 'hearth-ca', '-n', 'guest', '--from-literal=ca.crt=mine']);
    await client.apply(app('plain', 'plain', {}, 'guest'));
    await eventually(async () =>
      expect((await client.get(Home, { name: 'home' }))?.status).toMatchObject({
        ...condition('Ready', { status: 'True' }),
        ...condition('AuthorityPublished', { status: 'False', reason: 'NameTaken' }),
      }),
    );
    expect(await published('guest')).toBe('mine');
  });
});

test('all Apps and their providers, deleted at once, go, and the providers last', async () => {
  const apps = ['after', 'before', 'notes', 'late'];
  for (const name of ['identity', 'club']) await client.remove(App, provider(name));
  for (const name of apps) await client.remove(App, inHome(name));
  for (const name of apps) await isGone(() => client.get(SSOClient, inHome(`${name}-sso`)));
  for (const name of ['identity', 'club']) await isGone(() => client.get(App, provider(name)));
  expect([...identity.clients.keys(), ...other.clients.keys()]).toEqual([]);
});

test('the chart gives the operators all rights that sign-on takes', async () => {
  const codes = await codesOfAnswers(home);
  expect(codes).toContain('200');
  expect(codes).not.toContain('403');
});
