import { App, Plan } from '@hearth/domain';
import { Deployment, NetworkPolicy } from '@hearth/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from './api-client.ts';
import { openTestHome, type TestHome } from './home.ts';
import { appBecomes, appIsReady, condition, eventually, generations } from './looking.ts';
import { app, definition } from './objects.ts';

let home: TestHome;
let client: ApiClient;

beforeAll(async () => {
  home = await openTestHome();
  client = home.client;
});
afterAll(() => home?.close());

const inHome = (name: string) => ({ namespace: 'home', name });

/** A catalogue entry of these versions that others can be joined to. */
const store = (...versions: string[]) =>
  definition('store', {
    versions: versions.map((version) => ({ version, images: { app: `example.org/store:${version}` } })),
    provides: [{ kind: 'Database', engine: 'postgresql', port: 'http' }],
    stateful: true,
  });
const reader = definition('reader', { integrations: [{ name: 'db', kind: 'Database' }] });

test('a version that leaves the catalogue runs on, with nothing of it changed', async () => {
  await client.apply(store('15'), reader, app('store', 'store'), app('pinned', 'store', { version: '15' }));
  for (const name of ['store', 'pinned']) await appIsReady(client, inHome(name));
  const before = await generations(client);
  const plans = (await client.list(Plan, 'home')).length;
  await client.apply(store('16'));
  for (const name of ['store', 'pinned']) {
    await eventually(async () =>
      expect((await client.get(App, inHome(name)))?.status).toMatchObject({
        version: '15',
        ...condition('VersionKnown', {
          status: 'False',
          reason: 'VersionGone',
          message:
            'Version 15 runs and is left as it is, but `store` no longer has it in the catalogue. Put it back there; ' +
            'or set spec.version to one of 16, once you are sure that it can go on with the data of this one.',
        }),
      }),
    );
    await appIsReady(client, inHome(name));
  }
  expect(await generations(client)).toEqual(before);
  expect(await client.list(Plan, 'home')).toHaveLength(plans);
});

test('and lets in who comes to use it meanwhile, and no one who can’t', async () => {
  const choice = [{ name: 'db', providerRef: inHome('store') }];
  await client.apply(
    app('reader', 'reader', { integrations: choice }),
    app('stranger', 'reader', { integrations: choice }, 'hearth-providers'),
    app('idler', 'store', { version: '16', integrations: choice }),
  );
  await eventually(async () =>
    expect((await client.get(App, inHome('store')))?.status?.requiredBy).toEqual([inHome('reader')]),
  );
  const policy = JSON.stringify(await client.get(NetworkPolicy, inHome('store')));
  expect(policy).toContain('"reader"');
  expect(policy).not.toMatch(/"(stranger|idler)"/);
});

test('as ready as its pods are', async () => {
  home.kubelet.hold('home/pinned');
  await client.patch(Deployment, inHome('pinned'), { status: { availableReplicas: 0 } }, 'status');
  await appBecomes(client, inHome('pinned'), { status: 'False', reason: 'Starting' });
  home.kubelet.release('home/pinned');
  await appIsReady(client, inHome('pinned'));
});

test('until it is back in the catalogue, or another is asked for', async () => {
  await client.patch(App, inHome('pinned'), { spec: { version: '16' } });
  await eventually(async () => expect((await client.get(App, inHome('pinned')))?.status?.version).toBe('16'));
  await client.apply(store('16', '15'));
  await eventually(async () =>
    expect((await client.get(App, inHome('store')))?.status?.conditions).not.toContainEqual(
      expect.objectContaining({ type: 'VersionKnown' }),
    ),
  );
  expect((await appIsReady(client, inHome('store'))).status?.version).toBe('15');
});
