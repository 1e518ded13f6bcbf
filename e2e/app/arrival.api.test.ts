import { setTimeout as pause } from 'node:timers/promises';
import { App, AppDefinition, Database } from '@hearth/domain';
import { Secret } from '@hearth/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeSecret } from '../../operators/app/binding.ts';
import { asApp } from '../../operators/app/database/testing/server.ts';
import { type PostgresServer, startPostgres } from '../harness/postgres.ts';
import type { ApiClient } from './api-client.ts';
import { catalogue, openTestHome, type TestHome } from './home.ts';
import { appBecomes, appIsReady, condition, eventually, generations } from './looking.ts';
import { app, definition, gatewayApp, postgresApp } from './objects.ts';

let home: TestHome;
let client: ApiClient;
let server: PostgresServer;

beforeAll(async () => {
  [home, server] = await Promise.all([openTestHome(), startPostgres()]);
  client = home.client;
  await client.remove(AppDefinition, { name: 'postgres' });
});
afterAll(async () => {
  await home?.close();
  await server?.stop();
});

const inHome = (name: string) => ({ namespace: 'home', name });
const provider = (name: string) => ({ namespace: 'hearth-providers', name });

/** An app that can keep its notes in a database, and in files of its own. */
const notes = definition('notes', {
  integrations: [{ name: 'db', kind: 'Database', env: { DATABASE_URL: '${db.uri}' } }],
});

/** An app that people can reach, and that can do without. */
const budget = definition('budget', {
  integrations: [{ name: 'route', kind: 'Route', port: 'http' }],
});

test('apps that nothing stands in the way of run, whatever they could be joined to', async () => {
  await client.apply(notes, budget, definition('plain'));
  await client.apply(app('notes', 'notes'), app('plain', 'plain'), app('budget', 'budget'));
  for (const name of ['notes', 'plain', 'budget']) await appIsReady(client, inHome(name));
  expect(await generations(client)).toEqual({ notes: 1, plain: 1, budget: 1 });
  expect((await client.get(App, inHome('budget')))?.status).not.toHaveProperty('url');
});

test('an App whose definition comes later waits for it, and becomes Ready unprompted', async () => {
  await client.apply(app('later', 'later'));
  await appBecomes(client, inHome('later'), {
    status: 'False',
    reason: 'DefinitionMissing',
    message: 'AppDefinition later is not in the catalogue; it goes on when there is one.',
  });
  await client.apply(definition('later'));
  await appIsReady(client, inHome('later'));
});

test('an optional route is wired when its provider comes, unprompted', async () => {
  const before = await generations(client);
  await client.apply(gatewayApp(home.gatewayPort));
  await eventually(async () =>
    expect((await client.get(App, inHome('budget')))?.status).toMatchObject({
      url: 'https://budget.hearth.home.arpa',
      bindings: [{ name: 'route', state: 'Bound', providerRef: provider('traefik') }],
      ...condition('Ready', { status: 'True' }),
    }),
  );
  expect(await generations(client)).toEqual(before);
});

test('an App whose provider’s definition comes later becomes Ready unprompted', async () => {
  await client.apply(app('rss', 'miniflux'));
  await appBecomes(client, inHome('rss'), {
    status: 'False',
    reason: 'ProviderDefinitionUnknown',
    message:
      'home/rss needs a Database from `postgres`, and the catalogue has no definition of that name. ' +
      'Add the AppDefinition `postgres`; the App goes on by itself when it arrives.',
  });
  expect(await client.list(Database)).toEqual([]);
  const before = await generations(client);
  await client.apply(...postgresApp(server));
  await client.apply(...(await catalogue()).filter(({ metadata }) => metadata.name === 'postgres'));
  await appIsReady(client, inHome('rss'));
  expect(await generations(client)).toEqual({ ...before, rss: 1, 'rss-fetcher': 1 });
});

test('an optional database is only offered; accepted, it is wired, and no other app restarts', async () => {
  await eventually(async () =>
    expect((await client.get(App, inHome('notes')))?.status).toMatchObject({
      offers: [{ name: 'db', providers: [provider('postgres')] }],
      ...condition('Offered', {
        status: 'True',
        message:
          'Slot db: hearth-providers/postgres could serve it; it isn’t wired unasked, because its data doesn’t move ' +
          'with it. To accept, name the provider as the providerRef of db in spec.integrations.',
      }),
    }),
  );
  const before = await generations(client);
  expect(before).toMatchObject({ notes: 1 });
  await client.patch(App, inHome('notes'), {
    spec: { integrations: [{ name: 'db', providerRef: provider('postgres') }] },
  });
  await eventually(async () => expect(await generations(client)).toEqual({ ...before, notes: 2 }));
  const { status } = await appIsReady(client, inHome('notes'));
  expect(status).toMatchObject({ bindings: [{ name: 'db', state: 'Bound' }], offers: [] });
  const binding = decodeSecret(await client.get(Secret, inHome('notes-db-binding')));
  const given = decodeSecret(await client.get(Secret, inHome('notes-env')));
  expect(given?.['app.DATABASE_URL']).toBe(binding?.uri);
  expect(await asApp(server, binding, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('when all is as it should be, nothing is written', async () => {
  const apps = await client.list(App);
  expect(apps).toHaveLength(7);
  for (const { metadata } of apps) await appIsReady(client, metadata);
  // What was just done has its last echoes.
  await pause(3_000);
  const before = await writes();
  expect(before.PATCH).toBeGreaterThan(20);
  await pause(10_000);
  expect(await writes()).toEqual(before);
});

/** How many requests the suite has sent that may change something, by method. */
async function writes(): Promise<Record<string, number>> {
  const answer = await fetch(`http://127.0.0.1:${home.suite?.httpPort()}/metrics`);
  const counts: Record<string, number> = {};
  for (const line of (await answer.text()).split('\n')) {
    const [, method] = /^rest_client_requests_total\{.*method="(\w+)"/.exec(line) ?? [];
    if (method === undefined || method === 'GET') continue;
    counts[method] = (counts[method] ?? 0) + Number(line.split(' ').at(-1));
  }
  return counts;
}
