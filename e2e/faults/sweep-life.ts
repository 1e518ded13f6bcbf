import { App, AppDefinition, Home } from '@hearth/domain';
import { type Key, type Resource, Secret } from '@hearth/runtime';
import { defaultDatabaseName } from '../../operators/app/database/names.ts';
import { inventory } from '../../operators/app/database/testing/server.ts';
import type { ApiClient } from '../app/api-client.ts';
import { catalogue, home } from '../app/home.ts';
import { app, gatewayApp, postgresApp } from '../app/objects.ts';
import { askAsApp } from '../app/own-database.ts';
import type { PostgresServer } from '../harness/postgres.ts';

/** Where a life is lived. */
export interface Place {
  readonly client: ApiClient;
  /** The real server. */
  readonly server: PostgresServer;
  /** Where the operator finds it: on the way, its statements are watched. */
  readonly databasePort: number;
  readonly gatewayPort: number;
}

/** One step of a life: what a person does, and what holds when all has been done about it. */
export interface Step {
  readonly name: string;
  act(place: Place): Promise<void>;
  /** Fails with what is wrong. */
  check(place: Place): Promise<void>;
  /** A life can do without this step and all other detours. */
  readonly detour?: true;
}

const rss: Key = { namespace: 'home', name: 'rss' };
const provider = (name: string): Key => ({ namespace: 'hearth-providers', name });
const database = defaultDatabaseName('home', 'rss-db');
const ofMiniflux = (spec: object = {}): Resource => app('rss', 'miniflux', { host: 'rss', ...spec });
const byOtherGateway = { integrations: [{ name: 'route', providerRef: provider('other') }] };

/** The life of an App, from an empty home to an empty home. */
export const life: readonly Step[] = [
  {
    name: 'register',
    act: async ({ client, server, databasePort, gatewayPort }) => {
      await client.apply(...(await catalogue()), home);
      await client.apply(...postgresApp({ ...server, port: databasePort }), gatewayApp(gatewayPort));
    },
    check: async ({ client }) => {
      await isReady(client, provider('postgres'));
      await isReady(client, provider('traefik'));
    },
  },
  {
    name: 'install',
    act: ({ client }) => client.apply(ofMiniflux()),
    check: isInstalled,
  },
  {
    name: 'change',
    detour: true,
    // What the app has written by now must be there to the end.
    act: async (place) => {
      await query(place, 'CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer');
      await place.client.patch(App, rss, { spec: { settings: { pollingFrequency: 5 } } });
    },
    check: isInstalled,
  },
  {
    name: 'rewire',
    detour: true,
    act: ({ client, gatewayPort }) =>
      client.apply(renamed(gatewayApp(gatewayPort), 'other'), ofMiniflux(byOtherGateway)),
    check: hasItsData,
  },
  {
    name: 'retain',
    detour: true,
    act: ({ client }) => client.remove(App, rss),
    check: async ({ client, server }) => {
      await isGone(client, rss);
      await holds(server, [database]);
    },
  },
  {
    name: 'reinstall',
    detour: true,
    act: ({ client }) => client.apply(ofMiniflux(byOtherGateway)),
    check: hasItsData,
  },
  {
    name: 'delete',
    act: async ({ client }) => {
      await client.patch(App, rss, { spec: { deletion: 'Delete' } });
      await client.remove(App, rss);
    },
    check: async ({ client, server }) => {
      await isGone(client, rss);
      await holds(server, []);
    },
  },
  {
    name: 'leave',
    act: async ({ client }) => {
      for (const name of ['postgres', 'traefik', 'other']) await client.remove(App, provider(name));
    },
    check: async ({ client }) => {
      for (const name of ['postgres', 'traefik', 'other']) await isGone(client, provider(name));
    },
  },
];

/** Takes away what a home keeps when nothing is installed, so that each life is begun alike. The operator must not run. */
export async function clear({ client }: Place): Promise<void> {
  await client.remove(Home, { name: 'home' });
  for (const { metadata } of await client.list(AppDefinition)) await client.remove(AppDefinition, metadata);
  for (const namespace of ['hearth-system', 'hearth-providers', 'home']) {
    for (const { metadata } of await client.list(Secret, namespace)) await client.remove(Secret, metadata);
  }
}

const renamed = (object: Resource, name: string): Resource => ({
  ...object,
  metadata: { ...object.metadata, name },
});

async function isReady(client: ApiClient, key: Key): Promise<void> {
  const found = await client.get(App, key);
  const ready = found?.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True' && found?.status?.observedGeneration === found?.metadata.generation) return;
  throw new Error(`App ${key.name} is not ready: ${ready?.reason} ${ready?.message}`);
}

async function isGone(client: ApiClient, key: Key): Promise<void> {
  const found = await client.get(App, key);
  if (found) throw new Error(`App ${key.name} is still there: ${JSON.stringify(found.status?.conditions)}`);
}

async function isInstalled(place: Place): Promise<void> {
  await isReady(place.client, rss);
  await holds(place.server, [database]);
  await query(place, 'SELECT 1');
}

async function hasItsData(place: Place): Promise<void> {
  await isInstalled(place);
  const [row] = await query(place, 'SELECT answer FROM kept');
  if (row?.answer !== 42) throw new Error('what the app had written is gone');
}

/** One database and one role for each name, and none beside those of PostgreSQL itself. */
async function holds(server: PostgresServer, names: readonly string[]): Promise<void> {
  const wanted = [...names, 'postgres'].toSorted();
  const { databases, roles } = await inventory(server);
  if (JSON.stringify([databases, roles]) !== JSON.stringify([wanted, wanted]))
    throw new Error(`the server holds databases ${databases} and roles ${roles}, not ${wanted}`);
}

const query = (place: Place, statement: string): Promise<Record<string, unknown>[]> =>
  askAsApp({ ...place, app: rss.name, workload: 'web' }, statement);
