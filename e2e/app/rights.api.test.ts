import { App } from '@hearth/domain';
import { PodDisruptionBudget } from '@hearth/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresServer, startPostgres } from '../harness/postgres.ts';
import type { ApiClient } from './api-client.ts';
import { openTestHome, type TestHome } from './home.ts';
import { appIsReady, childrenOfApp, codesOfAnswers, eventually, isGone } from './looking.ts';
import { app, definition, gatewayApp, postgresApp } from './objects.ts';

let home: TestHome;
let client: ApiClient;
let server: PostgresServer;

beforeAll(async () => {
  [home, server] = await Promise.all([openTestHome(), startPostgres()]);
  client = home.client;
  await client.apply(gatewayApp(home.gatewayPort), ...postgresApp(server));
});
afterAll(async () => {
  await home?.close();
  await server?.stop();
});

const inHome = (name: string) => ({ namespace: 'home', name });

/** An app with all that an App can have: files, a database, an address, secrets, several pods. */
const whole = (...workloads: readonly object[]) =>
  definition('whole', {
    workloads: [{ name: 'app', ports: [{ name: 'http', port: 80, protocol: 'HTTP' }] }, ...workloads],
    secrets: [{ name: 'password' }],
    integrations: [
      { name: 'db', kind: 'Database', required: true, needs: { engine: 'postgresql' } },
      { name: 'route', kind: 'Route', required: true, port: 'http' },
    ],
  });
const files = { name: 'files', image: 'app', volumes: [{ name: 'data', path: '/data' }] };
const worker = { name: 'worker', image: 'app', replicas: 2, ports: [{ name: 'http', port: 80 }] };

test('the chart gives the operators all rights that an App’s life takes', async () => {
  await client.apply(whole(files, worker), app('rss', 'whole'));
  await appIsReady(client, inHome('rss'));
  expect(await client.get(PodDisruptionBudget, inHome('rss-worker'))).toBeDefined();

  // What runs no more goes, what is renamed is made anew.
  await client.apply(whole({ ...files, name: 'archive' }));
  await isGone(() => client.get(PodDisruptionBudget, inHome('rss-worker')));
  await appIsReady(client, inHome('rss'));

  for (const deletion of ['Retain', 'Delete']) {
    await client.apply(app('rss', 'whole', { deletion }));
    await appIsReady(client, inHome('rss'));
    await client.remove(App, inHome('rss'));
    await isGone(() => client.get(App, inHome('rss')));
  }
  await eventually(async () => expect(await childrenOfApp(client, 'rss')).toEqual([]));
  for (const name of ['postgres', 'traefik']) {
    await client.remove(App, { namespace: 'hearth-providers', name });
    await isGone(() => client.get(App, { namespace: 'hearth-providers', name }));
  }
  const codes = await codesOfAnswers(home);
  expect(codes).toContain('200');
  expect(codes).not.toContain('403');
});
