import type { Clock } from '../clock.ts';
import { compareVersions } from '../resource.ts';

/**
 * How the object was left by a write: at a resource version, or gone. A write that takes the last finalizer off a
 * deleted object answers with a version that the watch never brings: what it brings of that `uid` is its removal.
 */
export type Written =
  | { readonly resourceVersion: string; readonly uid?: string | undefined }
  | { readonly deleted: string };

/**
 * Knows when a cache has caught up with what this process wrote into the cluster itself. A watch delivers every change
 * of an object, in order: the version that a write returned arrives sooner or later, and whatever is seen after it is
 * newer. Only a list that was under way during the write leaves changes out; there the order of versions decides,
 * where they have one.
 */
export interface OwnWrites {
  /** A write of this key is about to be sent: from now on, remember what the watch says of it. */
  begin(key: string): void;
  /**
   * The write has been answered (or has failed: undefined). Returns a promise for the moment at which the
   * cache has it, or undefined where it has it already.
   */
  settle(key: string, written: Written | undefined, cached: Cached | undefined): Promise<void> | undefined;
  /** The watch has brought this state of a key, or its removal. */
  seen(key: string, state: Cached, removed: boolean): void;
  /** A list has been asked for; returns what to pass to `replaced` when it is in the cache. */
  listing(): number;
  /** The cache holds a list that was asked for at `mark`: it has all that was written before. */
  replaced(mark: number, list: Listed): void;
}

/** A list that has been put in place of all that a cache held. */
interface Listed {
  readonly resourceVersion: string | undefined;
  get(key: string): Cached | undefined;
}

/** What identifies a state of an object. */
interface Cached {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

interface Expected {
  readonly written: Written;
  readonly at: number;
  readonly resolve: () => void;
}

interface KeyState {
  inFlight: number;
  /** Resource versions, and the uids of what was removed. */
  readonly seen: Set<string | undefined>;
  expected: Expected[];
}

/** The longest that a key waits for the cache. A watch that is broken for longer is replaced by a list anyway. */
const GIVE_UP_AFTER = 30_000;

/** Starts with nothing in flight. `gaveUp` is told of each write that the watch never brought. */
export function createOwnWrites(clock: Clock, gaveUp: (key: string) => void): OwnWrites {
  const keys = new Map<string, KeyState>();
  let epoch = 0;
  let listVersion: string | undefined;

  const release = (key: string, state: KeyState, from: number, count: number) => {
    for (const { resolve } of state.expected.splice(from, count)) resolve();
    if (state.inFlight === 0 && state.expected.length === 0) keys.delete(key);
  };

  const expect = (key: string, state: KeyState, written: Written): Promise<void> =>
    new Promise((resolve) => {
      const entry: Expected = {
        written,
        at: epoch,
        resolve: () => {
          cancel();
          resolve();
        },
      };
      const cancel = clock.after(GIVE_UP_AFTER, () => {
        gaveUp(key);
        release(key, state, state.expected.indexOf(entry), 1);
      });
      state.expected.push(entry);
    });

  return {
    begin(key) {
      const state = keys.get(key);
      if (state) state.inFlight++;
      else keys.set(key, { inFlight: 1, seen: new Set(), expected: [] });
    },
    settle(key, written, cached) {
      const state = keys.get(key);
      if (!state) return undefined;
      state.inFlight--;
      const isThere = !written || isIn(cached, listVersion, written) || wasSeen(state.seen, written);
      const waiting = isThere ? undefined : expect(key, state, written);
      if (state.inFlight === 0) state.seen.clear();
      release(key, state, 0, 0);
      return waiting;
    },
    seen(key, cached, removed) {
      const state = keys.get(key);
      if (!state) return;
      if (state.inFlight > 0) state.seen.add(removed ? cached.uid : cached.resourceVersion);
      const last = state.expected.findLastIndex(({ written }) => brings(cached, removed, written));
      release(key, state, 0, last + 1);
    },
    listing: () => ++epoch,
    replaced(mark, list) {
      listVersion = list.resourceVersion;
      for (const [key, state] of keys) {
        const cached = list.get(key);
        const last = state.expected.findLastIndex(
          ({ at, written }) => at < mark || isIn(cached, listVersion, written),
        );
        release(key, state, 0, last + 1);
      }
    },
  };
}

/** Whether a cache that holds this state of an object, and all up to the version of its last list, has a write. */
function isIn(cached: Cached | undefined, listVersion: string | undefined, written: Written): boolean {
  if ('deleted' in written) return cached?.uid !== written.deleted;
  const { resourceVersion } = written;
  if (cached?.resourceVersion === resourceVersion) return true;
  return (compareVersions(listVersion, resourceVersion) ?? -1) >= 0;
}

/** Whether the watch has brought a write, or the end of what was written to, before it was answered. */
function wasSeen(seen: ReadonlySet<string | undefined>, written: Written): boolean {
  if ('deleted' in written) return false;
  return seen.has(written.resourceVersion) || (written.uid !== undefined && seen.has(written.uid));
}

/**
 * A removal ends the wait for anything that was written to the object before it; that of an earlier object of the
 * same name says nothing of what was created after.
 */
function brings(cached: Cached, removed: boolean, written: Written): boolean {
  if ('deleted' in written) return removed ? cached.uid === written.deleted : cached.uid !== written.deleted;
  if (removed) return written.uid === undefined || cached.uid === written.uid;
  return cached.resourceVersion === written.resourceVersion;
}
