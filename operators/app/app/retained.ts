import type { App } from '@hearth/domain';
import {
  type Immutable,
  type Kind,
  type Patch,
  PersistentVolumeClaim,
  type Read,
  type Resource,
  Secret,
  Stalled,
} from '@hearth/runtime';
import { generatedSecretName, labels } from '../names.ts';
import { type AppInput, appLabels, namespaceOf } from '../workload/input.ts';
import { ownVolumes } from '../workload/volume.ts';

/** How long until something is looked at again that only a person can mend, in milliseconds. */
export const recheck = 5 * 60_000;

/** Whether an object is what a deleted App left behind. */
export const isRetained = ({ metadata }: Pick<Resource, 'metadata'>): boolean =>
  metadata.labels?.[labels.retained] !== undefined;

/** Takes the mark off what is in use again. */
export const adoptedPatch: Patch = { metadata: { labels: { [labels.retained]: null } } };

/**
 * Marks what a deleted App leaves behind and takes it out of garbage collection's reach: it may still have the
 * App for an owner, where no pass came as far as to follow a change of `deletion`. Undefined where all is so.
 */
export function retainedPatch(object: Immutable<Resource>, app: App): Patch | undefined {
  const { resourceVersion, ownerReferences = [] } = object.metadata;
  const others = ownerReferences.filter(({ uid }) => uid !== app.metadata.uid);
  if (isRetained(object) && others.length === ownerReferences.length) return undefined;
  const mark = { labels: { [labels.retained]: 'tombstone' } };
  // A merge patch replaces the whole list, so it is only for the very object that was looked at.
  return { metadata: { ...mark, resourceVersion, ownerReferences: others } };
}

/**
 * What holds an App's own data and keys, whether or not its definition is still there to tell. What an App of
 * another definition left under the same name is not among them, nor a claim that its person named.
 */
export function dataOf(app: App, read: Read): readonly (readonly [Kind, Immutable<Resource>])[] {
  if (app.spec.external) return [];
  const namespace = namespaceOf(app);
  const isOwn = ({ metadata }: Immutable<Resource>) =>
    Object.entries(appLabels(app)).every(([name, value]) => metadata.labels?.[name] === value);
  const keys = read.get(Secret, { namespace, name: generatedSecretName(app.metadata.name) });
  return [
    ...read
      .list(PersistentVolumeClaim, { namespace, labels: appLabels(app) })
      .map((claim) => [PersistentVolumeClaim, claim] as const),
    ...(keys && isOwn(keys) ? [[Secret, keys] as const] : []),
  ];
}

/**
 * Refuses an App, before anything is made for it, whose volumes or keys would be another's.
 * @throws Stalled naming the first of them.
 */
export async function refuseTaken(input: AppInput, read: Read): Promise<void> {
  const { app, definition } = input;
  if (app.spec.external) return;
  for (const { claim } of ownVolumes(input)) {
    const there = read.get(PersistentVolumeClaim, claim) ?? (await read.live(PersistentVolumeClaim, claim));
    refuseForeign(app, `Volume ${claim.name}`, there);
  }
  const key = { namespace: namespaceOf(app), name: generatedSecretName(app.metadata.name) };
  const needsKeys = (definition.spec.secrets ?? []).length > 0;
  const keys = read.get(Secret, key) ?? (needsKeys ? await read.live(Secret, key) : undefined);
  refuseForeign(app, `Secret ${key.name}`, keys);
}

/**
 * What a deleted App left goes back only to one of the same name and definition: another would not understand it.
 * A volume `b-c` of App `a` and a volume `c` of App `a-b` have one name, so the name of the App is compared too.
 */
function refuseForeign(app: App, what: string, there: Pick<Resource, 'metadata'> | undefined): void {
  const whose = there && ownerInWords(app, there.metadata.labels ?? {});
  if (whose === undefined) return;
  throw new Stalled(
    'LeftByAnother',
    `${what} ${whose}: give this App another name than ${app.metadata.name}, or delete it if its data is not needed.`,
    // What was not made by Hearth is not watched.
    { after: recheck },
  );
}

/** Whose an object with these labels is; undefined where it is the App's. */
function ownerInWords(app: App, found: Readonly<Record<string, string>>): string | undefined {
  const definition = found[labels.definition];
  const name = found[labels.app];
  if (definition === undefined || name === undefined) return 'was not made by Hearth';
  if (definition !== app.spec.definition) return `was left by an App of definition ${definition}`;
  return name === app.metadata.name ? undefined : `belongs to App ${name}`;
}
