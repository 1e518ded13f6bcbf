import { type App, Database, mayServe, requiredBy } from '@hearth/domain';
import {
  type Context,
  controllerOf,
  type Immutable,
  keyOf,
  keyText,
  type Outcome,
  ready,
  waiting,
} from '@hearth/runtime';
import { namespaceOf } from '../workload/input.ts';
import { dataOf, isRetained, retainedPatch } from './retained.ts';
import type { Scene } from './scene.ts';

/**
 * Lets an App go. While others use it, it keeps serving. What it leaves (volumes, generated secrets) is
 * marked, so that it can be found; everything else goes with its owner references.
 */
export async function retire(
  scene: Scene,
  context: Context,
  serve: () => Promise<Outcome>,
): Promise<Outcome> {
  const users = usersOf(scene, context);
  if (users.length > 0) return stay(users, await serve());
  if (scene.app.spec.deletion === 'Retain') await retain(scene.app, context);
  else await dropData(scene.app, context);
  return ready();
}

/** Says that an App stays because of its users; and how it is, where that is worse. */
function stay(users: readonly string[], served: Outcome): Outcome {
  const { status, conditions } = served;
  const inUse = `It is deleted, but serves ${users.join(', ')} until they are gone or use another.`;
  if (served.type === 'ready') return waiting('InUse', inUse, { status, conditions });
  return waiting(served.reason, `${inUse} ${served.message}`, { status, conditions });
}

/** Apps that are joined to this one, and Databases in it that none of these asked for. */
function usersOf({ app, installed }: Scene, { read }: Context): readonly string[] {
  const apps = requiredBy({ namespace: namespaceOf(app), name: app.metadata.name }, installed).map(keyText);
  return [...apps, ...databasesIn(app, apps, read.list(Database))];
}

/**
 * Databases that an App holds for others than these Apps. One that only names the App is none: whoever makes it
 * would keep the App from going, though it never gets anything.
 */
export function databasesIn(
  app: App,
  users: readonly string[],
  databases: readonly Immutable<Database>[],
): readonly string[] {
  const isAsked = (database: Immutable<Database>) => {
    const owner = controllerOf(database);
    return owner !== undefined && users.includes(`${database.metadata.namespace}/${owner.name}`);
  };
  return databases
    .filter(({ spec }) => keyText(spec.providerRef) === keyText(keyOf(app)))
    .filter(
      ({ metadata, status }) => status?.database !== undefined && mayServe(app, metadata.namespace ?? ''),
    )
    .filter((database) => !isAsked(database))
    .map((database) => `Database ${keyText(keyOf(database))}`);
}

async function retain(app: App, { read, act }: Context): Promise<void> {
  for (const [kind, key] of dataOf(app, read)) {
    const object = read.get(kind, key);
    if (object && !isRetained(object)) await act.patch(kind, key, retainedPatch(true));
  }
}

/** Deletes here what owner references would: they may not have followed a change of `deletion` yet. */
async function dropData(app: App, { read, act }: Context): Promise<void> {
  for (const [kind, key] of dataOf(app, read)) await act.delete(kind, key);
  for (const database of read.owned(Database, app)) {
    if (database.spec.deletion === 'Delete') continue;
    await act.patch(Database, keyOf(database), { spec: { deletion: 'Delete' } });
  }
}
