import { setTimeout as sleep } from 'node:timers/promises';
import { resourcePath, type Transport } from '@hearth/runtime';
import { splitLines } from '../../../operators/runtime/watch/lines.ts';
import { Note, type NoteObject } from './note.ts';

/** Sees Notes become Ready as anybody would: by a watch of its own. */
export interface Observer {
  /** When each Note was first seen Ready (`performance.now()`), in that order. */
  readonly readyAt: ReadonlyMap<string, number>;
  /** Resolves when so many have become Ready. @throws when none has for a minute, or the watch has ended. */
  untilReady(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** The longest that nothing may become Ready while it is waited for, in milliseconds. */
const PATIENCE = 60_000;

/** Watches from now on; what is Ready already does not count. */
export async function observe(transport: Transport): Promise<Observer> {
  const path = resourcePath(Note, {});
  const list = await transport.request<{ readonly metadata: { readonly resourceVersion: string } }>({
    method: 'GET',
    path,
    query: { limit: 1 },
  });
  const readyAt = new Map<string, number>();
  const stopping = new AbortController();
  let ended: unknown;
  const lines = splitLines((line) => {
    const { object } = JSON.parse(line) as { readonly object: NoteObject };
    const isReady = object.status?.conditions?.some(
      ({ type, status }) => type === 'Ready' && status === 'True',
    );
    const { name } = object.metadata;
    if (isReady && !readyAt.has(name)) readyAt.set(name, performance.now());
  });
  const query = { watch: true, resourceVersion: list.metadata.resourceVersion, timeoutSeconds: 3600 };
  const watching = transport
    .stream({ method: 'GET', path, query, signal: stopping.signal }, lines)
    .catch((error: unknown) => error)
    .then((error) => {
      ended = error ?? new Error('the watch of the bench has ended');
    });
  return {
    readyAt,
    async untilReady(count) {
      let [seen, since] = [readyAt.size, performance.now()];
      while (readyAt.size < count) {
        if (ended) throw ended;
        if (readyAt.size > seen) [seen, since] = [readyAt.size, performance.now()];
        if (performance.now() - since > PATIENCE)
          throw new Error(`only ${readyAt.size} of ${count} Notes have become Ready`);
        await sleep(20);
      }
    },
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}
