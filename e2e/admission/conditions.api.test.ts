import { setTimeout as pause } from 'node:timers/promises';
import { App, AppDefinition, Database, kinds, Plan } from '@hearth/domain';
import { type Kind, keyOf, Namespace, type Resource } from '@hearth/runtime';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { inventory } from '../../operators/app/database/testing/server.ts';
import type { ApiClient } from '../app/api-client.ts';
import { openTestHome, type TestHome } from '../app/home.ts';
import {
  appIsReady,
  childKinds,
  childrenOfApp,
  condition,
  eventually,
  isGone,
  textOf,
} from '../app/looking.ts';
import { gatewayApp, postgresApp } from '../app/objects.ts';
import { type PostgresServer, startPostgres } from '../harness/postgres.ts';
import { mergePatch } from './case.ts';
import { conditionCases } from './conditions.ts';

let home: TestHome;
let client: ApiClient;
let server: PostgresServer;
let empty: readonly string[];

beforeAll(async () => {
  [home, server] = await Promise.all([openTestHome(), startPostgres()]);
  client = home.client;
  await client.apply(gatewayApp(home.gatewayPort), ...postgresApp(server));
  for (const name of ['traefik', 'postgres'])
    await appIsReady(client, { namespace: 'hearth-providers', name });
  empty = await everything();
});
afterAll(async () => {
  await home?.close();
  await server?.stop();
});

/** What the suite made, or was left by it; another uid or generation is another object or another state of it. */
const stateOf = async (name: string) =>
  (await childrenOfApp(client, name)).map((child) => [
    textOf(child),
    child.metadata.uid,
    child.metadata.generation,
  ]);

/** All that could be left behind: objects of the home and of the server. */
async function everything(): Promise<string[]> {
  const all = [
    ...kinds.filter((kind) => kind.kind !== Plan.kind),
    ...childKinds.filter((child) => !kinds.some((kind) => kind.kind === child.kind)),
  ] as readonly Kind[];
  const lists = await Promise.all(all.map((kind) => client.list<Resource>(kind)));
  const objects = lists.flatMap((items, index) =>
    items
      // A service account for each namespace, and keys of the suite's own, come when they come.
      .filter(({ metadata }) => metadata.namespace !== 'hearth-system')
      .map(({ metadata }) => `${all[index]?.kind} ${metadata.namespace ?? ''}/${metadata.name}`),
  );
  const { databases, roles } = await inventory(server);
  return [
    ...objects,
    ...databases.map((name) => `database ${name}`),
    ...roles.map((name) => `role ${name}`),
  ].sort();
}

const kindOf = (object: Resource): Kind => {
  const kind = [...kinds, ...childKinds].find(({ kind }) => kind === object.kind);
  if (kind === undefined) throw new Error(`what is ${object.kind}?`);
  return kind as Kind;
};

/** Removes objects with all that they hold. Namespaces stay: they are nobody's mistake. */
async function removeAll(objects: readonly Resource[]): Promise<void> {
  for (const object of objects.filter(({ kind }) => kind !== Namespace.kind)) {
    const [kind, key] = [kindOf(object), keyOf(object)];
    if ((await client.get(kind, key)) === undefined) continue;
    if ([App.kind, Database.kind].includes(object.kind)) {
      await client.patch(kind, key, { spec: { deletion: 'Delete' } });
    }
    await client.remove(kind, key);
    await isGone(() => client.get(kind, key));
  }
}

/** Waits until it says so. */
const says = (object: Resource, reason: string, message: string) =>
  eventually(async () => {
    const found = await client.get<Resource & { readonly status?: object }>(kindOf(object), keyOf(object));
    expect(found?.status).toMatchObject(
      condition('Ready', { status: 'False', reason, message: expect.stringContaining(message) }),
    );
  });

/** Another second, as far as the age of objects goes: it is counted in whole ones. */
const untilNextSecond = () => pause(1_100);

/** What is there before, at work as far as it can be. */
async function prepare(there: readonly Resource[]): Promise<void> {
  await client.apply(...there);
  const apps = there.filter(({ kind }) => kind === App.kind);
  for (const each of apps) {
    await eventually(async () =>
      expect((await client.get(App, keyOf(each)))?.status).toMatchObject({ observedGeneration: 1 }),
    );
  }
  if (there.length > 0) await untilNextSecond();
}

/** What `name` has, beside what was there before. */
async function namesOfChildren(name: string, there: readonly Resource[]): Promise<string[]> {
  const known = there.map(textOf);
  return (await childrenOfApp(client, name)).map(textOf).filter((child) => !known.includes(child));
}

async function clear(bad: Resource, there: readonly Resource[]): Promise<void> {
  await removeAll([bad]);
  await removeAll(there.filter(({ kind }) => kind !== AppDefinition.kind));
  await removeAll(there.filter(({ kind }) => kind === AppDefinition.kind));
}

describe('a bad input is told in a condition, and leaves nothing behind', () => {
  test.each(conditionCases.filter(({ change }) => change === undefined))(
    '$bad.kind: $wrong',
    async ({ bad, there = [], reason, says: text, leaves = [] }) => {
      onTestFinished(() => clear(bad, there));
      await prepare(there);
      await client.apply(bad);
      await says(bad, reason, text);
      expect(await namesOfChildren(bad.metadata.name, there)).toEqual(leaves);
      await clear(bad, there);
      await eventually(async () => expect(await everything()).toEqual(empty));
    },
  );
});

describe('a change for the worse is told in a condition, and what runs is left alone', () => {
  test.each(conditionCases.filter(({ change }) => change !== undefined))(
    '$bad.kind: $wrong',
    async ({ bad, there = [], change = {}, reason, says: text }) => {
      const changed = mergePatch(bad, change) as Resource;
      onTestFinished(() => clear(changed, there));
      await prepare(there);
      await client.apply(bad);
      await appIsReady(client, keyOf(bad));
      const before = await stateOf(bad.metadata.name);
      await client.patch(kindOf(bad), keyOf(bad), change);
      await says(bad, reason, text);
      expect(await stateOf(bad.metadata.name)).toEqual(before);
      await clear(changed, there);
      await eventually(async () => expect(await everything()).toEqual(empty));
    },
  );
});
