import type { LogPart, SinkEvent } from '@hearth/domain';

/** A change that is to be recorded; the log gives it its number and its time. */
export type NewEvent = Omit<SinkEvent, 'seq' | 'time'>;

/** Where a watch goes on: what came up to here is in the log. */
export interface Cursor {
  /** The kind, as {@link kindName} says it. */
  readonly of: string;
  readonly resourceVersion: string;
}

/** Which events one append made. Of an append without changes, `first` is one more than `last`. */
export interface Appended {
  readonly first: number;
  readonly last: number;
}

/** Which events to read. */
export interface Query {
  /** Only those with a greater number. */
  readonly after: number;
  /** Only those with a smaller number; then it is the last of them that are given. */
  readonly before?: number | undefined;
  /** At most so many. */
  readonly limit: number;
  /** Of one resource by its relative IRI, or of one kind by its {@link kindName}; of all if not given. */
  readonly of?: string | undefined;
}

/** The end of the log. */
interface Head {
  /** Of the last event; 0 where there is none. */
  readonly seq: number;
  /** SHA-256 of the hash before and of the last event's leaf hash; zeros where there is none. */
  readonly hash: Uint8Array;
  /** Events up to this number are in archives; of them only the last of each living resource is still here. */
  readonly pruned: number;
}

/** A stretch of the log that is complete, and can be put into an archive. */
export interface Segment {
  readonly first: number;
  readonly last: number;
  /** Of its own Merkle tree, which is a complete subtree of the log's. */
  readonly root: Uint8Array;
  /** Of its last event in the chain. */
  readonly hash: Uint8Array;
  readonly pruned: boolean;
}

/**
 * The truth: every change, in order, for ever. There is one writer. An event that was appended stays as it is; its JSON
 * text is what is hashed, once as a leaf of a Merkle tree (RFC 6962) and by that in a chain.
 */
export interface EventLog {
  /**
   * Records changes and where their watch goes on, both or neither. Resolves once they are on disk; appends that come
   * within the same few milliseconds share one sync. Appends take effect in the order in which they were made, and
   * where one fails, so do those that were made after it and before it was known.
   * @throws LogFull where there is no room. Nothing of it was recorded; once there is room, it can be tried again.
   */
  append(changes: readonly NewEvent[], cursor: Cursor): Promise<Appended>;
  /** The resourceVersion to go on from, by kind. */
  cursors(): ReadonlyMap<string, string>;
  head(): Head;
  /** Events in order, none of those that were pruned. */
  read(query: Query): Promise<readonly SinkEvent[]>;
  /**
   * The last event of each resource that lived when event `at` (the head if not given) was the last, in order.
   * @throws Pruned where archives are needed to tell.
   */
  states(at?: number): AsyncIterable<SinkEvent>;
  /**
   * The last event of one resource, by its relative IRI, when event `at` (the head if not given) was the last of all;
   * undefined where there was none.
   * @throws Pruned where archives are needed to tell.
   */
  last(iri: string, at?: number): Promise<SinkEvent | undefined>;
  /** Where resources are or were, in order: what relative IRIs begin with, `home/apps.apps.hearth.dev/`. */
  places(): Promise<readonly string[]>;
  /** Calls back soon after events were recorded, until the returned function is called. It must not throw. */
  onAppend(listener: (appended: Appended) => void): () => void;
  /** The Merkle root of the first `size` events (of all if not given). */
  root(size?: number): Promise<Uint8Array>;
  /**
   * The hashes that prove event `seq` to be in the tree of the first `size` events; or, given a count, that so many from
   * it on are, where these make a complete subtree, as a segment does.
   * @throws RangeError where they don't, or there are fewer events.
   */
  prove(seq: number, size: number, count?: number): Promise<readonly Uint8Array[]>;
  /** Everything that there is to check, in order. Where it can't be read, it ends with what is damaged. */
  parts(): AsyncIterable<LogPart>;
  /** What is wrong with files beside what is read of them. A sentence each. To find it takes long, and nobody has a turn. */
  damage(): Promise<readonly string[]>;
  /** The sealed segments, the oldest first. */
  segments(): readonly Segment[];
  /** The JSON texts of a segment's events. @throws Pruned */
  texts(segment: Segment): AsyncIterable<string>;
  /**
   * Gives up the events of a segment but for the last of each living resource, and keeps their leaf hashes: the chain,
   * the tree and every proof can be made as before. To be called when the events are safe in an archive.
   * @throws RangeError where an older segment is not pruned yet.
   */
  prune(segment: Segment): Promise<void>;
  /** Ends after what was appended is on disk. */
  close(): Promise<void>;
}

/** No room is left where the log is. Nothing that was acknowledged is lost. */
export class LogFull extends Error {
  override name = 'LogFull';
}

/** The log is not as it was written. What its message says is damaged can be restored from a copy only. */
export class LogDamaged extends Error {
  override name = 'LogDamaged';
}

/** What was asked for is in an archive. */
export class Pruned extends Error {
  override name = 'Pruned';
  /** The last event that was pruned. */
  readonly pruned: number;

  constructor(pruned: number) {
    super(`events up to ${pruned} are in archives`);
    this.pruned = pruned;
  }
}
