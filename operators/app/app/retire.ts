import { type App, type AppDefinition, Database, requiredBy } from '@hearth/domain';
import {
  type Context,
  type Key,
  type Kind,
  keyOf,
  type Outcome,
  PersistentVolumeClaim,
  ready,
  Secret,
  waiting,
} from '@hearth/runtime';
import { childName, generatedSecretName } from '../names.ts';
import { namespaceOf } from '../workload/input.ts';
import { isRetained, retainedPatch } from './retained.ts';
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
  if (users.length > 0) {
    const { status, conditions } = await serve();
    const names = users.map((key) => `${key.namespace}/${key.name}`).join(', ');
    return waiting('InUse', `It is deleted, but serves ${names} until they are gone or use another.`, {
      status,
      conditions,
    });
  }
  if (scene.app.spec.deletion === 'Retain') await retain(scene, context);
  else await dropData(scene, context);
  return ready();
}

/** Apps that are joined to this one, and Databases in it: also those that no App asked for. */
function usersOf({ app, installed }: Scene, { read }: Context): { namespace: string; name: string }[] {
  const self = { namespace: namespaceOf(app), name: app.metadata.name };
  const databases = read
    .list(Database)
    .filter(
      ({ spec }) => spec.providerRef.name === self.name && spec.providerRef.namespace === self.namespace,
    )
    .map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name }));
  return [...requiredBy(self, installed), ...databases];
}

async function retain({ app, definition }: Scene, { read, act }: Context): Promise<void> {
  for (const [kind, key] of dataOf(app, definition)) {
    const object = read.get(kind, key);
    if (object && !isRetained(object)) await act.patch(kind, key, retainedPatch(true));
  }
}

/** Deletes here what owner references would: they may not have followed a change of `deletion` yet. */
async function dropData({ app, definition }: Scene, { read, act }: Context): Promise<void> {
  for (const [kind, key] of dataOf(app, definition)) {
    if (read.get(kind, key)) await act.delete(kind, key);
  }
  for (const database of read.owned(Database, app)) {
    if (database.spec.deletion === 'Delete') continue;
    await act.patch(Database, keyOf(database), { spec: { deletion: 'Delete' } });
  }
}

/** Where an App's own data and keys are. Claims that a person named are that person's. */
function dataOf(app: App, definition: AppDefinition | undefined): readonly (readonly [Kind, Key])[] {
  const namespace = namespaceOf(app);
  const volumes = (definition?.spec.workloads ?? []).flatMap((workload) => workload.volumes ?? []);
  const claims = new Set(volumes.map(({ name }) => childName(app.metadata.name, name)));
  return [
    ...[...claims].map((name) => [PersistentVolumeClaim, { namespace, name }] as const),
    [Secret, { namespace, name: generatedSecretName(app.metadata.name) }],
  ];
}
