import type { Clock } from './clock.ts';
import { createHeap } from './heap.ts';

/** Priorities of a queue; any number between them will do. */
export const FRESH = 0;
export const LISTED = -100;

/** How a key is to be queued. */
export interface AddOptions {
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

interface Entry {
  readonly key: string;
  priority: number;
  due: number;
  /** Where it stands among equals: first come, first served. */
  readonly order: number;
  /** When it became due, for the metrics. */
  ready: boolean;
}

const SILENT: QueueObserver = { added: () => undefined, taken: () => undefined, done: () => undefined };

/** An empty, open queue. One timer serves all that is delayed. */
export function createQueue(clock: Clock, observer: QueueObserver = SILENT): Queue {
  const entries = new Map<string, Entry>();
  const locked = new Map<string, number>();
  const waiters: ((taken: Taken | undefined) => void)[] = [];
  const ready = createHeap<Ticket>(
    (a, b) => a.priority > b.priority || (a.priority === b.priority && a.entry.order < b.entry.order),
  );
  const delayed = createHeap<Ticket>((a, b) => a.due < b.due);
  let order = 0;
  let depth = 0;
  let closed = false;
  let alarm: { readonly due: number; readonly cancel: () => void } | undefined;

  const schedule = (entry: Entry) => {
    const isDue = entry.due <= clock.monotonic();
    if (isDue && !entry.ready) {
      entry.ready = true;
      depth++;
      observer.added();
    }
    if (!locked.has(entry.key))
      (isDue ? ready : delayed).push({ entry, priority: entry.priority, due: entry.due });
  };

  /** A ticket is void when its key has since been handed out, locked, or queued under better terms. */
  const isValid = ({ entry, priority, due }: Ticket) =>
    entries.get(entry.key) === entry &&
    entry.priority === priority &&
    entry.due === due &&
    !locked.has(entry.key);

  const ripen = () => {
    const now = clock.monotonic();
    for (let top = delayed.peek(); top && (top.due <= now || !isValid(top)); top = delayed.peek()) {
      delayed.pop();
      if (isValid(top)) schedule(top.entry);
    }
    const due = closed ? undefined : delayed.peek()?.due;
    if (alarm?.due === due) return;
    alarm?.cancel();
    alarm = due === undefined ? undefined : { due, cancel: clock.after(due - now, ring) };
  };

  const next = (): Taken | undefined => {
    for (let top = ready.pop(); top; top = ready.pop()) {
      if (!isValid(top)) continue;
      const { entry } = top;
      entries.delete(entry.key);
      const now = clock.monotonic();
      locked.set(entry.key, now);
      depth--;
      observer.taken(now - entry.due);
      return { key: entry.key, priority: entry.priority };
    }
    return undefined;
  };

  const serve = () => {
    ripen();
    while (waiters.length > 0 && !closed) {
      const taken = next();
      if (!taken) return;
      waiters.shift()?.(taken);
    }
  };
  const ring = () => {
    alarm = undefined;
    serve();
  };

  return {
    add(key, { priority = FRESH, after = 0 } = {}) {
      const due = clock.monotonic() + Math.max(0, after);
      const known = entries.get(key);
      const entry = known ?? { key, priority, due, order: order++, ready: false };
      if (known && known.priority >= priority && known.due <= due) return;
      entry.priority = Math.max(entry.priority, priority);
      entry.due = Math.min(entry.due, due);
      entries.set(key, entry);
      schedule(entry);
      serve();
    },
    take() {
      if (closed) return Promise.resolve(undefined);
      ripen();
      const taken = next();
      return taken ? Promise.resolve(taken) : new Promise((resolve) => waiters.push(resolve));
    },
    done(key) {
      const since = locked.get(key);
      if (since === undefined) return;
      locked.delete(key);
      observer.done(clock.monotonic() - since);
      const entry = entries.get(key);
      if (!entry) return;
      schedule(entry);
      serve();
    },
    close() {
      closed = true;
      ripen();
      for (const waiter of waiters.splice(0)) waiter(undefined);
    },
    open() {
      closed = false;
    },
    depth: () => depth,
    running: () => Array.from(locked.values(), (since) => clock.monotonic() - since),
  };
}

/** An entry as it was put on a heap. */
interface Ticket {
  readonly entry: Entry;
  readonly priority: number;
  readonly due: number;
}
