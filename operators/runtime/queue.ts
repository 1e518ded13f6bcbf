import type { Clock } from './clock.ts';
import { createHeap, NOWHERE, type Placed } from './heap.ts';

/** The priority of what somebody has just done. */
export const FRESH = 0;
/** Of what a list brought, or the clock: nobody waits for it. */
export const LISTED = -100;

/** How a key is to be queued. */
interface AddOptions {
  /** Higher goes first; {@link FRESH} if not given. */
  readonly priority?: number;
  /** Milliseconds before which it is not handed out. */
  readonly after?: number;
}

/** A key that was handed out. */
export interface Taken {
  readonly key: string;
  readonly priority: number;
}

/** What a queue tells as it works: times in milliseconds. */
export interface QueueObserver {
  added(): void;
  taken(waited: number): void;
  done(worked: number): void;
}

/** Keys that want work. Each is in it at most once and is handed out to one worker at a time. */
export interface Queue {
  /** Queues a key. Of what is asked for one key, the earliest time and the highest priority win. */
  add(key: string, options?: AddOptions): void;
  /** The next key that is due; undefined once the queue is closed. The key is locked until it is `done`. */
  take(): Promise<Taken | undefined>;
  /** Unlocks a key. If it was added meanwhile, it is handed out again. */
  done(key: string): void;
  /** Hands out nothing more. What is queued stays, for when it is opened again. */
  close(): void;
  open(): void;
  /** How many keys are due and not handed out. */
  depth(): number;
  /** How long each locked key has been worked on. */
  running(): number[];
}

interface Entry extends Placed {
  readonly key: string;
  priority: number;
  due: number;
  /** Where it stands among equals: first come, first served. */
  readonly order: number;
  /** It has been seen to be due, and is counted and lined up so. */
  ready: boolean;
}

const SILENT: QueueObserver = { added: () => undefined, taken: () => undefined, done: () => undefined };

/** An empty, open queue. One timer serves all that is delayed. */
export function createQueue(clock: Clock, observer: QueueObserver = SILENT): Queue {
  const entries = new Map<string, Entry>();
  const locked = new Map<string, number>();
  const waiters: ((taken: Taken | undefined) => void)[] = [];
  const line = createLine(clock, observer);
  let order = 0;
  let closed = false;

  const next = (): Taken | undefined => {
    const entry = line.shift();
    if (!entry) return undefined;
    const { key, priority } = entry;
    entries.delete(key);
    locked.set(key, clock.monotonic());
    return { key, priority };
  };
  const serve = () => {
    line.ripen();
    alarm.set(closed ? undefined : line.nextDue());
    while (waiters.length > 0 && !closed) {
      const taken = next();
      if (!taken) return;
      waiters.shift()?.(taken);
    }
  };
  const alarm = createAlarm(clock, serve);

  return {
    add(key, { priority = FRESH, after = 0 } = {}) {
      const due = clock.monotonic() + Math.max(0, after);
      const known = entries.get(key);
      if (known && known.priority >= priority && known.due <= due) return;
      const entry = known ?? { key, priority, due, order: order++, ready: false, place: NOWHERE };
      line.leave(entry);
      entry.priority = Math.max(entry.priority, priority);
      entry.due = Math.min(entry.due, due);
      entries.set(key, entry);
      line.join(entry, locked.has(key));
      serve();
    },
    take() {
      if (closed) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        waiters.push(resolve);
        serve();
      });
    },
    done(key) {
      const since = locked.get(key);
      if (since === undefined) return;
      locked.delete(key);
      observer.done(clock.monotonic() - since);
      const entry = entries.get(key);
      if (entry) line.join(entry, false);
      serve();
    },
    close() {
      closed = true;
      alarm.set(undefined);
      for (const waiter of waiters.splice(0)) waiter(undefined);
    },
    open() {
      closed = false;
      serve();
    },
    depth: line.depth,
    running: () => Array.from(locked.values(), (since) => clock.monotonic() - since),
  };
}

/** The order of entries: what is due stands by priority, the rest by time; what is locked stands aside. */
function createLine(clock: Clock, observer: QueueObserver) {
  const ready = createHeap<Entry>(
    (a, b) => a.priority > b.priority || (a.priority === b.priority && a.order < b.order),
  );
  const delayed = createHeap<Entry>((a, b) => a.due < b.due);
  let depth = 0;

  const heapOf = (entry: Entry) => (entry.ready ? ready : delayed);
  const join = (entry: Entry, aside: boolean) => {
    if (!entry.ready && entry.due <= clock.monotonic()) {
      entry.ready = true;
      depth++;
      observer.added();
    }
    if (!aside) heapOf(entry).push(entry);
  };
  return {
    join,
    /** To be called before its order changes. */
    leave: (entry: Entry) => heapOf(entry).remove(entry),
    /** Takes out the first that is due. */
    shift(): Entry | undefined {
      const entry = ready.peek();
      if (!entry) return undefined;
      ready.remove(entry);
      depth--;
      observer.taken(clock.monotonic() - entry.due);
      return entry;
    },
    nextDue: () => delayed.peek()?.due,
    /** Lines up by priority what has become due. */
    ripen() {
      const now = clock.monotonic();
      for (let first = delayed.peek(); first && first.due <= now; first = delayed.peek()) {
        delayed.remove(first);
        join(first, false);
      }
    },
    /** How many are due, also of those that stand aside. */
    depth: () => depth,
  };
}

/** One timer, set to the next time at which there is something to do. */
function createAlarm(clock: Clock, ring: () => void): { set(due: number | undefined): void } {
  let current: { readonly due: number; readonly cancel: () => void } | undefined;
  return {
    set(due) {
      if (current?.due === due) return;
      current?.cancel();
      current = undefined;
      if (due === undefined) return;
      const cancel = clock.after(due - clock.monotonic(), () => {
        current = undefined;
        ring();
      });
      current = { due, cancel };
    },
  };
}
