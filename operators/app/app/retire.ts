import { type App, Database, SSOClient } from '@hearth/domain';
import { type Context, type Kind, keyOf, type Outcome, ready, waiting } from '@hearth/runtime';
import { keepersOf, textOf } from './keepers.ts';
import { dataOf, retainedPatch } from './retained.ts';
import type { Scene } from './scene.ts';

/** What an App makes that has something in another. */
const held: readonly Kind[] = [Database, SSOClient];

/**
 * Lets an App go. While others use it, it keeps serving. What it leaves (volumes, generated secrets) is
 * marked, so that it can be found; everything else goes with its owner references.
 */
export async function retire(
  { app, installed }: Scene,
  context: Context,
  serve: () => Promise<Outcome>,
): Promise<Outcome> {
  const keepers = keepersOf(app, installed, context.read);
  const isUsed = keepers.apps.length + keepers.databases.length + keepers.clients.length > 0;
  const inUse = `It is deleted, but serves ${textOf(keepers)} until they are gone or use another.`;
  if (isUsed && !keepers.mutual) return stay(inUse, await serve());
  if (app.spec.deletion === 'Retain') await retain(app, context);
  else await dropData(app, context);
  if (!isUsed) return ready();
  // Of Apps that use each other, each gives back what it has in the others, while all of them still run.
  for (const kind of held) {
    for (const { metadata } of context.read.owned(kind, app))
      await context.act.delete(kind, metadata, { uid: metadata.uid });
  }
  return waiting('InUse', inUse);
}

/** Says that an App stays because of its users; and how it is, where that is worse. */
function stay(inUse: string, served: Outcome): Outcome {
  const { status, conditions } = served;
  if (served.type === 'ready') return waiting('InUse', inUse, { status, conditions });
  return waiting(served.reason, `${inUse} ${served.message}`, { status, conditions });
}

/** What goes with the App by its owner references leaves its data behind. */
async function retain(app: App, context: Context): Promise<void> {
  const { read, act } = context;
  for (const [kind, object] of dataOf(app, read)) {
    const patch = retainedPatch(object, app);
    if (patch) await act.patch(kind, keyOf(object), patch);
  }
  await settleDatabases(app, context);
}

/** Deletes here what owner references would: they may not have followed a change of `deletion` yet. */
async function dropData(app: App, context: Context): Promise<void> {
  for (const [kind, { metadata }] of dataOf(app, context.read))
    await context.act.delete(kind, metadata, { uid: metadata.uid });
  await settleDatabases(app, context);
}

/** A Database that goes with its App does so as the App says now, and not as it said when it last worked. */
async function settleDatabases(app: App, { read, act }: Context): Promise<void> {
  const { deletion } = app.spec;
  for (const database of read.owned(Database, app)) {
    if (database.spec.deletion !== deletion)
      await act.patch(Database, keyOf(database), { spec: { deletion } });
  }
}
