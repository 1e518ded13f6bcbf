import type { App } from '@hearth/domain';
import {
  type Immutable,
  type Key,
  type Kind,
  keyOf,
  type Patch,
  PersistentVolumeClaim,
  type Read,
  type Resource,
  Secret,
  Stalled,
} from '@hearth/runtime';
import { generatedSecretName, labels } from '../names.ts';
import { type AppInput, appLabels, namespaceOf } from '../workload/input.ts';
import { claims } from '../workload/volume.ts';

/** Whether an object is what a deleted App left behind. */
export const isRetained = ({ metadata }: Pick<Resource, 'metadata'>): boolean =>
  metadata.labels?.[labels.retained] !== undefined;

/** Marks what a deleted App leaves behind, or takes the mark off what is in use again. */
export const retainedPatch = (retained: boolean): Patch => ({
  metadata: { labels: { [labels.retained]: retained ? 'tombstone' : null } },
});

/**
 * Where an App's own data and keys are, whether or not its definition is still there to tell. What an App of
 * another definition left under the same name is not among them, nor a claim that its person named.
 */
export function dataOf(app: App, read: Read): readonly (readonly [Kind, Key])[] {
  if (app.spec.external) return [];
  const namespace = namespaceOf(app);
  const isOwn = ({ metadata }: Immutable<Resource>) =>
    Object.entries(appLabels(app)).every(([name, value]) => metadata.labels?.[name] === value);
  const keys = read.get(Secret, { namespace, name: generatedSecretName(app.metadata.name) });
  return [
    ...read
      .list(PersistentVolumeClaim, { namespace, labels: appLabels(app) })
      .map((claim) => [PersistentVolumeClaim, keyOf(claim)] as const),
    ...(keys && isOwn(keys) ? [[Secret, keyOf(keys)] as const] : []),
  ];
}

/**
 * Refuses an App, before anything is made for it, whose volumes or keys would be another's.
 * @throws Stalled naming the first of them.
 */
export async function refuseTaken(input: AppInput, read: Read): Promise<void> {
  const { app, definition } = input;
  if (app.spec.external) return;
  for (const { metadata } of claims(input)) {
    const there =
      read.get(PersistentVolumeClaim, metadata) ?? (await read.live(PersistentVolumeClaim, metadata));
    refuseForeign(app, `Volume ${metadata.name}`, there);
  }
  const key = { namespace: namespaceOf(app), name: generatedSecretName(app.metadata.name) };
  const needsKeys = (definition.spec.secrets ?? []).length > 0;
  const keys = read.get(Secret, key) ?? (needsKeys ? await read.live(Secret, key) : undefined);
  refuseForeign(app, `Secret ${key.name}`, keys);
}

/** What a deleted App left goes back only to one of the same definition: another would not understand it. */
function refuseForeign(app: App, what: string, there: Pick<Resource, 'metadata'> | undefined): void {
  const definition = there?.metadata.labels?.[labels.definition];
  if (there === undefined || definition === app.spec.definition) return;
  const whose =
    definition === undefined ? 'was not made by Hearth' : `was left by an App of definition ${definition}`;
  throw new Stalled(
    'LeftByAnother',
    `${what} ${whose}: give this App another name than ${app.metadata.name}, or delete it if its data is not needed.`,
  );
}
