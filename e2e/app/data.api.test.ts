import { setTimeout as pause } from 'node:timers/promises';
import { App, AppDefinition, Database } from '@hearth/domain';
import { type Kind, PersistentVolumeClaim, type Resource, Secret } from '@hearth/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeSecret } from '../../operators/app/binding.ts';
import { inventory } from '../../operators/app/database/testing/server.ts';
import { type PostgresServer, startPostgres } from '../harness/postgres.ts';
import type { ApiClient } from './api-client.ts';
import { openTestHome, type TestHome } from './home.ts';
import { appBecomes, appIsReady, eventually, isGone } from './looking.ts';
import { app, definition, postgresApp } from './objects.ts';

let home: TestHome;
let client: ApiClient;
let server: PostgresServer;

beforeAll(async () => {
  [home, server] = await Promise.all([openTestHome(), startPostgres()]);
  client = home.client;
  await client.apply(...postgresApp(server), notes);
});
afterAll(async () => {
  await home?.close();
  await server?.stop();
});

const inHome = (name: string) => ({ namespace: 'home', name });
const data: readonly (readonly [Kind, string])[] = [
  [PersistentVolumeClaim, 'notes-data'],
  [Secret, 'notes-secrets'],
];

/** An app with data in all places where an App's data may be, and a key to it. */
const notes = definition('notes', {
  workloads: [{ name: 'app', volumes: [{ name: 'data', path: '/data' }] }],
  secrets: [{ name: 'encryption', class: 'immutable' }],
  integrations: [{ name: 'db', kind: 'Database', required: true, needs: { engine: 'postgresql' } }],
});

test('a key that is lost is missed at once, and found again when it is restored', async () => {
  await client.apply(app('notes', 'notes', { deletion: 'Delete' }));
  await appIsReady(client, inHome('notes'));
  const kept = decodeSecret(await client.get(Secret, inHome('notes-secrets')));
  const { metadata } = (await client.get(Secret, inHome('notes-secrets'))) ?? {};
  await client.remove(Secret, inHome('notes-secrets'));
  await appBecomes(client, inHome('notes'), { status: 'False', reason: 'SecretLost' });
  await client.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...inHome('notes-secrets'), labels: metadata?.labels ?? {} },
    ...{ stringData: kept },
  } as Resource);
  await appIsReady(client, inHome('notes'));
  expect(decodeSecret(await client.get(Secret, inHome('notes-secrets')))).toEqual(kept);
});

test('data is retained also where no pass could follow the change of mind', async () => {
  for (const [kind, name] of data) {
    const { metadata } = (await client.get<Resource>(kind, inHome(name))) ?? {};
    expect(metadata?.ownerReferences).toMatchObject([{ kind: 'App', name: 'notes' }]);
  }
  await client.remove(AppDefinition, { name: 'notes' });
  await appBecomes(client, inHome('notes'), { reason: 'DefinitionMissing' });
  await client.patch(App, inHome('notes'), { spec: { deletion: 'Retain' } });
  await client.remove(App, inHome('notes'));
  await isGone(() => client.get(App, inHome('notes')));
  await isGone(() => client.get(Database, inHome('notes-db')));
  // What was to go, garbage collection has taken by now.
  await pause(2_000);
  for (const [kind, name] of data) {
    const { metadata } = (await client.get<Resource>(kind, inHome(name))) ?? {};
    expect(metadata?.labels).toMatchObject({ 'apps.hearth.dev/retained': 'tombstone' });
    expect(metadata).not.toHaveProperty('deletionTimestamp');
  }
  await eventually(async () => expect((await inventory(server)).databases).toContain('home_notes_db'));
});
