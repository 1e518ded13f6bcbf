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
  /** Sends the counts that are not sent yet. */
  flush(): Promise<void>;
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
  const series = new Map<string, Series>();
  const perObject = new Map<string, number>();
  let cancel: (() => void) | undefined;

  const forget = (text: string, { event }: Series) => {
    series.delete(text);
    const uid = event.regarding?.uid ?? '';
    const left = (perObject.get(uid) ?? 1) - 1;
    if (left > 0) perObject.set(uid, left);
    else perObject.delete(uid);
  };

  const begin = (text: string, occurrence: Occurrence) => {
    const uid = occurrence.regarding.metadata.uid ?? '';
    const count = perObject.get(uid) ?? 0;
    if (count >= MOST_PER_OBJECT) return;
    perObject.set(uid, count + 1);
    const event = eventOf(occurrence, instance, clock.now());
    const created = send(transport, 'POST', event, event, onError);
    series.set(text, {
      event,
      created,
      count: 1,
      lastAt: clock.monotonic(),
      lastObserved: clock.now(),
      reported: 1,
    });
    for (const [oldest, entry] of series) {
      if (series.size <= MOST_SERIES) break;
      forget(oldest, entry);
    }
  };

  const report = async () => {
    const now = clock.monotonic();
    for (const [text, entry] of [...series]) {
      if (entry.count > entry.reported && (await entry.created)) {
        entry.reported = entry.count;
        const body = { series: { count: entry.count, lastObservedTime: microTime(entry.lastObserved) } };
        await send(transport, 'PATCH', entry.event, body, onError);
      }
      if (now - entry.lastAt > SERIES_MS) forget(text, entry);
    }
  };

  const schedule = () => {
    cancel ??= clock.after(REPORT_MS, () => {
      cancel = undefined;
      void report().then(() => series.size > 0 && schedule());
    });
  };

  return {
    record(occurrence) {
      const text = seriesText(occurrence);
      const known = series.get(text);
      if (known)
        Object.assign(known, {
          count: known.count + 1,
          lastAt: clock.monotonic(),
          lastObserved: clock.now(),
        });
      else begin(text, occurrence);
      schedule();
    },
    async flush() {
      cancel?.();
      cancel = undefined;
      await report();
      await Promise.all(Array.from(series.values(), ({ created }) => created));
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
