import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { Transport } from './cluster/transport.ts';
import { Event, type EventObject } from './kinds/system.ts';
import { safeMessage } from './log.ts';
import { type Immutable, type Resource, resourcePath } from './resource.ts';

/** What a person is told. */
export interface Occurrence {
  readonly controller: string;
  readonly regarding: Immutable<Resource>;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, short: what kind of thing happened. */
  readonly reason: string;
  readonly message: string;
}

/** Writes Events (events.k8s.io). It never makes a pass wait, and loses events rather than hold things up. */
export interface EventRecorder {
  record(occurrence: Occurrence): void;
  /** Sends the counts that are not sent yet. What is recorded from now on is lost. */
  close(): Promise<void>;
}

/** What a recorder needs. */
export interface EventOptions {
  readonly transport: Pick<Transport, 'request'>;
  readonly clock: Clock;
  /** This process, as `reportingInstance`. */
  readonly instance: string;
  readonly onError: (error: unknown) => void;
}

/** One event and its repeats. */
interface Series {
  readonly event: EventObject;
  readonly created: Promise<boolean>;
  count: number;
  lastAt: number;
  lastObserved: Date;
  reported: number;
}

/** Repeats within this time are one event with a count; the count is sent at most once in this time. */
const SERIES_MS = 6 * 60_000;
const REPORT_MS = 60_000;
/** An object's events beyond so many within a series are dropped; series beyond so many, the oldest first. */
const MOST_PER_OBJECT = 25;
const MOST_SERIES = 2048;
const LONGEST_NOTE = 1024;

/** A recorder that has recorded nothing. */
export function createEventRecorder({ transport, clock, instance, onError }: EventOptions): EventRecorder {
  const book = createSeriesBook();
  let cancel: (() => void) | undefined;
  let closed = false;

  const begin = (text: string, occurrence: Occurrence) => {
    const event = eventOf(occurrence, instance, clock.now());
    const created = send(transport, 'POST', event, event, onError);
    book.open(text, {
      event,
      created,
      count: 1,
      lastAt: clock.monotonic(),
      lastObserved: clock.now(),
      reported: 1,
    });
  };
  const report = async (entry: Series) => {
    const { count, reported, lastObserved, event } = entry;
    if (count === reported) return;
    entry.reported = count;
    const body = { series: { count, lastObservedTime: microTime(lastObserved) } };
    if (await entry.created) await send(transport, 'PATCH', event, body, onError);
  };
  const reportAll = async () => {
    const now = clock.monotonic();
    for (const [text, entry] of book.entries()) {
      await report(entry);
      if (now - entry.lastAt > SERIES_MS) book.forget(text);
    }
  };
  const schedule = () => {
    if (closed || book.size() === 0) return;
    cancel ??= clock.after(REPORT_MS, () => {
      cancel = undefined;
      void reportAll().then(schedule);
    });
  };

  return {
    record(occurrence) {
      if (closed) return;
      const text = seriesText(occurrence);
      const known = book.find(text);
      if (known) {
        known.count++;
        known.lastAt = clock.monotonic();
        known.lastObserved = clock.now();
      } else if (book.hasRoomFor(occurrence.regarding.metadata.uid)) begin(text, occurrence);
      schedule();
    },
    async close() {
      closed = true;
      cancel?.();
      await reportAll();
      await Promise.all(book.entries().map(([, { created }]) => created));
    },
  };
}

/** The series that are under way, by their text: not too many in all, nor of one object. */
function createSeriesBook() {
  const series = new Map<string, Series>();
  const perObject = new Map<string | undefined, number>();
  const count = (uid: string | undefined, change: number) => {
    const left = (perObject.get(uid) ?? 0) + change;
    if (left > 0) perObject.set(uid, left);
    else perObject.delete(uid);
  };
  const forget = (text: string) => {
    const entry = series.get(text);
    if (entry && series.delete(text)) count(entry.event.regarding?.uid, -1);
  };
  return {
    forget,
    size: () => series.size,
    entries: () => [...series],
    find: (text: string) => series.get(text),
    hasRoomFor: (uid: string | undefined) => (perObject.get(uid) ?? 0) < MOST_PER_OBJECT,
    open(text: string, entry: Series) {
      count(entry.event.regarding?.uid, 1);
      series.set(text, entry);
      const [oldest] = series.keys();
      if (series.size > MOST_SERIES && oldest !== undefined) forget(oldest);
    },
  };
}

function seriesText({ controller, regarding, type, reason, message }: Occurrence): string {
  return JSON.stringify([controller, regarding.metadata.uid, type, reason, message]);
}

function eventOf(
  { controller, regarding, type, reason, message }: Occurrence,
  instance: string,
  now: Date,
): EventObject {
  const { name, namespace, uid, resourceVersion } = regarding.metadata;
  return {
    apiVersion: Event.apiVersion,
    kind: Event.kind,
    // Events of cluster-scoped objects live in `default`, where kubectl looks for them.
    metadata: {
      name: `${name.slice(0, 200)}.${randomUUID().slice(0, 13)}`,
      namespace: namespace ?? 'default',
    },
    eventTime: microTime(now),
    reportingController: `hearth.dev/${controller}`,
    reportingInstance: instance.slice(0, 128),
    action: 'Reconcile',
    reason,
    type,
    note: safeMessage(message).slice(0, LONGEST_NOTE),
    regarding: {
      apiVersion: regarding.apiVersion,
      kind: regarding.kind,
      name,
      namespace,
      uid,
      resourceVersion,
    },
  };
}

/** Microseconds are what the API wants; milliseconds are what there is. */
function microTime(time: Date): string {
  return time.toISOString().replace('Z', '000Z');
}

async function send(
  transport: Pick<Transport, 'request'>,
  method: 'POST' | 'PATCH',
  event: EventObject,
  body: object,
  onError: (error: unknown) => void,
): Promise<boolean> {
  const { namespace, name } = event.metadata;
  const path = resourcePath(Event, method === 'POST' ? { namespace } : { namespace, name });
  try {
    const contentType = method === 'POST' ? 'application/json' : 'application/merge-patch+json';
    await transport.request({ method, path, body, contentType, attempts: 2 });
    return true;
  } catch (error) {
    onError(error);
    return false;
  }
}
