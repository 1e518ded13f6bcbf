import type { Clock, Immutable, LeaseObject } from '@hearth/runtime';

/** When a machine was last heard. */
export interface Heartbeat {
  /** Milliseconds since NIO saw its Lease change, by NIO's own clock: the machine's may be years off. */
  readonly age: number;
  /** NIO has seen it change. Otherwise it was so when NIO started: nobody knows for how long. */
  readonly live: boolean;
  /** What the machine itself wrote. */
  readonly renewTime: string;
}

/** Remembers when each Lease changed. */
export interface Heartbeats {
  /** Told of each change of a Lease, by `NAMESPACE/NAME`. */
  follow(
    key: string,
    before: Immutable<LeaseObject> | undefined,
    after: Immutable<LeaseObject> | undefined,
  ): void;
  /** The last heartbeat under a key; undefined where there was none ever. */
  last(key: string): Heartbeat | undefined;
}

/** Nothing is remembered yet. */
export function createHeartbeats(clock: Clock): Heartbeats {
  const known = new Map<
    string,
    { readonly at: number; readonly live: boolean; readonly renewTime: string }
  >();
  return {
    follow(key, before, after) {
      const renewTime = after?.spec?.renewTime;
      if (!renewTime) {
        known.delete(key);
        return;
      }
      const former = known.get(key);
      if (former?.renewTime === renewTime) return;
      // A Lease without a heartbeat was seen before its first: that one is seen live too.
      known.set(key, { at: clock.monotonic(), live: before !== undefined, renewTime });
    },
    last(key) {
      const heartbeat = known.get(key);
      return heartbeat && { ...heartbeat, age: clock.monotonic() - heartbeat.at };
    },
  };
}

/** Since when something has been as it is, by NIO's own clock. */
export interface Sightings {
  /** Milliseconds since this value was first seen under this name. */
  age(name: string, value: string): number;
  forget(name: string): void;
}

/** Nothing is seen yet. */
export function createSightings(clock: Clock): Sightings {
  const seen = new Map<string, { readonly value: string; readonly at: number }>();
  return {
    age(name, value) {
      const known = seen.get(name);
      if (known?.value === value) return clock.monotonic() - known.at;
      seen.set(name, { value, at: clock.monotonic() });
      return 0;
    },
    forget: (name) => void seen.delete(name),
  };
}
