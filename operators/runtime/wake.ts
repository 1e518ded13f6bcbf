import { type Controller, type Read, type Waking, type Watched, watched } from './controller.ts';
import { isSame } from './json.ts';
import { ownerKey } from './ownership.ts';
import { type Immutable, type Key, type Kind, keyText, kindText, type Resource } from './resource.ts';
import type { Change } from './watch/cache.ts';

/** What a change of one kind wakes: the keys of the controller's objects. */
export interface WakeRule {
  readonly kind: Kind;
  keys(change: Change): Iterable<string>;
}

/** Every kind that a controller caches, its own first; each kind once. */
export function watchedKinds(controller: Controller): Watched[] {
  const all: Watched[] = [
    controller,
    ...(controller.owns ?? []).map(watched),
    ...(controller.watches ?? []),
    ...(controller.reads ?? []).map(watched),
  ];
  const kinds = new Map<string, Watched>();
  for (const entry of all) {
    const text = kindText(entry.kind);
    const known = kinds.get(text);
    const differs = known && differenceOf(known, entry);
    if (differs) throw new Error(`controller ${controller.name} watches ${text} ${differs}`);
    kinds.set(text, known ?? onlyWatched(entry));
  }
  return [...kinds.values()];
}

function differenceOf(one: Watched, other: Watched): string | undefined {
  if (one.selector !== other.selector) return 'with two different selectors';
  return one.namespace === other.namespace ? undefined : 'in two different namespaces';
}

/** What says how a kind is watched, without all that its entry says beside. */
const onlyWatched = ({ kind, selector, namespace, optional }: Watched): Watched => ({
  kind,
  ...(selector ? { selector } : {}),
  ...(namespace ? { namespace } : {}),
  ...(optional ? { optional } : {}),
});

/** The rules by which changes of what a controller owns and watches wake it. Its own kind's are not among them. */
export function wakeRules(controller: Controller, read: Read): WakeRule[] {
  const owned = (controller.owns ?? []).map((entry) =>
    wakeRule(watched<Waking>(entry), (object) => texts(ownerKey(object, controller.kind))),
  );
  const mapped = (controller.watches ?? []).map((entry) =>
    wakeRule(entry, (object) => entry.keys(object, read).map(keyText)),
  );
  return [...owned, ...mapped];
}

function wakeRule({ kind, aspect }: Waking, keys: (object: Immutable<Resource>) => string[]): WakeRule {
  const isNoNews = (change: Change) => aspect !== undefined && isUnchanged(change, aspect);
  return { kind, keys: (change) => (isNoNews(change) ? [] : statesOf(change).flatMap(keys)) };
}

/** Both states of a change: an object that leaves an owner wakes the one that it leaves, too. */
function statesOf({ before, object }: Change): Resource[] {
  return before && before !== object ? [before, object] : [object];
}

/** Whether an object is as it was in what counts; one that came or went is not. */
function isUnchanged(
  { before, object, removed }: Change,
  aspect: (object: Immutable<Resource>) => unknown,
): boolean {
  return before !== undefined && !removed && isSame(aspect(before), aspect(object));
}

function texts(key: Key | undefined): string[] {
  return key ? [keyText(key)] : [];
}
