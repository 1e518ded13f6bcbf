import type { Clock } from './clock.ts';
import type { Logger } from './log.ts';
import type { Outcome } from './outcome.ts';
import type { Reach } from './reach.ts';
import type { Immutable, Key, Kind, ObjectOf, Resource } from './resource.ts';

/** A kind that a controller keeps in its cache. */
export interface Watched<T extends Resource = Resource> {
  readonly kind: Kind<T>;
  /** A label selector, as kubectl takes it; only what matches is cached. */
  readonly selector?: string;
  /** Only objects of this namespace are cached: then a right in it is enough. */
  readonly namespace?: string;
  /** The kind may be absent from the cluster (its CRD is not installed): then the cache is empty, not unready. */
  readonly optional?: boolean;
}

/** A kind whose events wake. */
export interface Waking<T extends Resource = Resource> extends Watched<T> {
  /**
   * What of an object the passes read that it wakes. A change that leaves this as it was, by value, wakes nobody; if
   * not given, each change does.
   */
  aspect?(object: Immutable<T>): unknown;
}

/** A kind of which an event enqueues other objects. */
export interface Mapped<T extends Resource = Resource> extends Waking<T> {
  /** Which of the controller's objects to look at again. Called for the old state and for the new. */
  keys(object: Immutable<T>, read: Read): readonly Key[];
}

/** Looks objects up by a value derived from them. */
export interface Index<T extends Resource = Resource> {
  readonly kind: Kind<T>;
  readonly name: string;
  /** The values under which an object is found; must depend on nothing but the object. */
  values(object: Immutable<T>): readonly string[];
}

/** Looks objects up by a label: lists that ask for it need not look at all objects. */
export interface LabelIndex {
  readonly kind: Kind;
  readonly label: string;
}

/** Derives something from all objects of a kind, one change at a time. */
export interface Follower<T extends Resource = Resource> {
  readonly kind: Kind<T>;
  /**
   * Told of each change before anybody is woken by it. Of an object that came there is no `before`, of one that went no
   * `after`. Must not throw.
   */
  follow(key: string, before: Immutable<T> | undefined, after: Immutable<T> | undefined): void;
}

/** A number about each object of a kind, for the metrics. */
export interface ObjectGauge<T extends Resource = Resource> {
  readonly kind: Kind<T>;
  /** The name of the metric, with the unit of what it measures. */
  readonly name: string;
  readonly help: string;
  /** Called for every object in the cache each time somebody asks for the metrics. Undefined: nothing is said of it. */
  value(object: Immutable<T>): number | undefined;
}

/**
 * What keeps one kind of object as it asks to be. A kind that it reads must be in `owns`, `watches` or `reads`:
 * there is no other cache.
 */
export interface Controller<T extends Resource = Resource> {
  /** Names it in logs, metrics and events, and is its field manager: lower case, unique, never changed. */
  readonly name: string;
  readonly kind: Kind<T>;
  /** Only objects with these labels are reconciled. */
  readonly selector?: string;
  /** Only objects of this namespace are. */
  readonly namespace?: string;
  /** Kinds that it makes; their events enqueue the object that controls them. With an aspect, made by {@link owned}. */
  readonly owns?: readonly (Kind | Waking)[];
  /** Kinds whose events enqueue what `keys` says. Make each with {@link mapped}. */
  readonly watches?: readonly Mapped[];
  /** Kinds that it reads, but need not be woken by. */
  readonly reads?: readonly (Kind | Watched)[];
  /** Indexes on any of these kinds. Make each with {@link indexed} or {@link labelled}. */
  readonly indexes?: readonly (Index | LabelIndex)[];
  /** What it derives from all objects of any of these kinds. Make each with {@link followed}. */
  readonly follows?: readonly Follower[];
  /** What the metrics tell of objects of any of these kinds. Make each with {@link measured}. */
  readonly gauges?: readonly ObjectGauge[];
  /** Put on each object before it is first reconciled; keeps a deleted one until `finalize` is ready(). */
  readonly finalizer?: string;
  /** Undoes what garbage collection won't. Must end in ready() also where what it undoes is long gone. */
  finalize?(object: Immutable<T>, context: Context): Promise<Outcome>;
  /** How many objects are reconciled at the same time; 4 if not given. */
  readonly workers?: number;
  /** Makes the world as the object asks. It is repeated at will and cut off anywhere. */
  reconcile(object: Immutable<T>, context: Context): Promise<Outcome>;
}

/** What a pass is given. */
export interface Context {
  readonly read: Read;
  readonly act: Act;
  readonly clock: Clock;
  /** Carries the controller and the object already. */
  readonly log: Logger;
  /** Aborted when the process stops or its lease ends: pass it to whatever takes long. */
  readonly signal: AbortSignal;
  readonly reach: Reach;
  /**
   * Throws LeaseEnded where this process no longer leads, also where it was paused and `signal` can't know yet. To be
   * called before each thing done elsewhere; requests to the API server and dials through `reach` ask by themselves.
   */
  requireLead(): void;
  /** Tells a person what happened to the object, or to `object`. Repeats are counted, not repeated. */
  event(type: 'Normal' | 'Warning', reason: string, message: string, object?: Resource): void;
}

/** How to narrow a list. All that is given must hold. */
export interface ListFilter {
  readonly namespace?: string;
  readonly labels?: { readonly [key: string]: string };
  /** The name of a declared index, and a value. */
  readonly index?: readonly [name: string, value: string];
}

/** Reads. All but `live` are answered from the cache, at once and without copying: never write into what they return. */
export interface Read {
  get<T extends Resource>(kind: Kind<T>, key: Key): Immutable<T> | undefined;
  list<T extends Resource>(kind: Kind<T>, filter?: ListFilter): Immutable<T>[];
  /** What `owner` controls: by owner reference, or across namespaces by the label that {@link Act.apply} puts. */
  owned<T extends Resource>(kind: Kind<T>, owner: Resource): Immutable<T>[];
  /** Asks the API server, for what must not be stale or is not cached. Undefined where there is none. */
  live<T extends Resource>(kind: Kind<T>, key: Key): Promise<Immutable<T> | undefined>;
}

/** How to apply. */
export interface ApplyOptions {
  /**
   * The object on whose behalf: becomes the controller (owner reference) of what is applied; in another
   * namespace, where references don't reach, it is named by a label and an annotation.
   */
  readonly owner?: Resource | undefined;
  /** Take fields over from other field managers. If not given: only where the live object is controlled by `owner`. */
  readonly force?: boolean | undefined;
}

/** The live object after an apply, and whether the apply changed it (always true of a kind that is not cached). */
export interface Applied<T extends Resource> {
  readonly object: Immutable<T>;
  readonly changed: boolean;
}

/** One operation of a JSON Patch (RFC 6902). */
export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly path: string; readonly from: string };

/** A patch: a list is a JSON Patch, an object is a merge patch (RFC 7386). */
export type Patch = readonly JsonPatchOperation[] | { readonly [field: string]: unknown };

/** What to delete, and what becomes of what hangs on it. */
export interface DeleteOptions {
  /** Delete only this very object. */
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
  /** What becomes of what it owns; Background if not given. */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan' | undefined;
}

/** Writes. Each fails with an ApiError, and with LeaseEnded where this process no longer leads. */
export interface Act {
  /**
   * Server-side apply of all that the controller wants in the object. Sends nothing where neither the intent
   * nor the fields that it names differ from the last time.
   * @throws Stalled, reason FieldConflict, where another field manager owns a field with another value; reason
   * NotOurs where another object controls it, or somebody else made it; reason Refused where the API server finds
   * it invalid. Waiting, reason Going, where it is being deleted; reason Refused where it is forbidden. Left
   * uncaught, they become the status.
   */
  apply<T extends Resource>(desired: T, options?: ApplyOptions): Promise<Applied<T>>;
  /** Creates; fails where it exists (ApiError, reason AlreadyExists). */
  create<T extends Resource>(object: T, options?: { readonly owner?: Resource }): Promise<Immutable<T>>;
  /**
   * Patches. It is sent again where its answer was lost: a JSON Patch that would do something twice (an `add` to the end
   * of a list) has to begin with a test.
   */
  patch<T extends Resource>(
    kind: Kind<T>,
    key: Key,
    patch: Patch,
    options?: { readonly subresource?: string },
  ): Promise<Immutable<T>>;
  /** Deletes. An object that is gone already is no error. */
  delete(kind: Kind, key: Key, options?: DeleteOptions): Promise<void>;
}

/** Types `keys` by the kind, so that it can stand in `watches` beside others. */
export function mapped<K extends Kind>(
  kind: K,
  keys: (object: Immutable<ObjectOf<K>>, read: Read) => readonly Key[],
  options: WakingOptions<K> = {},
): Mapped {
  return { ...owned(kind, options), keys: (object, read) => keys(object as Immutable<ObjectOf<K>>, read) };
}

interface WakingOptions<K extends Kind> {
  readonly selector?: string;
  readonly namespace?: string;
  readonly optional?: boolean;
  readonly aspect?: (object: Immutable<ObjectOf<K>>) => unknown;
}

/** Types `aspect` by the kind, so that it can stand in `owns` beside others. */
export function owned<K extends Kind>(kind: K, { aspect, ...options }: WakingOptions<K> = {}): Waking {
  return {
    ...options,
    kind,
    ...(aspect ? { aspect: (object) => aspect(object as Immutable<ObjectOf<K>>) } : {}),
  };
}

/** The aspect of an object that changes with its spec and not with its status. */
export const specOf = ({ metadata: { uid, generation } }: Immutable<Resource>): readonly unknown[] => [
  uid,
  generation,
];

/** Types `values` by the kind, so that it can stand in `indexes` beside others. */
export function indexed<K extends Kind>(
  kind: K,
  name: string,
  values: (object: Immutable<ObjectOf<K>>) => readonly string[],
): Index {
  return { kind, name, values: (object) => values(object as Immutable<ObjectOf<K>>) };
}

/** Types `value` by the kind, so that it can stand in `gauges` beside others. */
export function measured<K extends Kind>(
  kind: K,
  name: string,
  help: string,
  value: (object: Immutable<ObjectOf<K>>) => number | undefined,
): ObjectGauge {
  return { kind, name, help, value: (object) => value(object as Immutable<ObjectOf<K>>) };
}

/** An index on a label. */
export const labelled = (kind: Kind, label: string): LabelIndex => ({ kind, label });

/** Types `follow` by the kind, so that it can stand in `follows` beside others. */
export function followed<K extends Kind>(
  kind: K,
  follow: (
    key: string,
    before: Immutable<ObjectOf<K>> | undefined,
    after: Immutable<ObjectOf<K>> | undefined,
  ) => void,
): Follower {
  type Typed = Immutable<ObjectOf<K>> | undefined;
  return { kind, follow: (key, before, after) => follow(key, before as Typed, after as Typed) };
}

/** A watched kind in its long form. */
export function watched<W extends Watched>(entry: Kind | W): Watched | W {
  return 'plural' in entry ? { kind: entry } : entry;
}
