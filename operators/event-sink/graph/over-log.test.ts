import { createLogger } from '@hearth/runtime/log';
import { expect, onTestFinished, test } from 'vitest';
import type { EventLog } from '../log/event-log.ts';
import { testLog } from '../log/testing/logs.ts';
import { embeddedGraph } from './embedded/embedded-graph.ts';
import type { Graph } from './graph.ts';
import type { Source } from './origin.ts';
import { iris } from './testing/events.ts';
import { life, memorySource } from './testing/memory-source.ts';

const logger = createLogger({ level: 'silent' });

function graphOf(source: Source): Graph {
  const graph = embeddedGraph({ source, iris, log: logger, keep: 50 });
  onTestFinished(() => graph.close());
  return graph;
}

/** The log as it was when an event was the last. */
const asOf = (log: EventLog, seq: number): Source => ({
  head: () => ({ ...log.head(), seq }),
  read: (query) => log.read(query),
  states: (at) => log.states(at),
});

test('a graph that followed the log to an event is the one that is made of it as it was then', {
  timeout: 60_000,
}, async () => {
  const { log } = testLog();
  const live = graphOf(log);
  const hashes = new Map<number, string>();
  const changes = memorySource().record(...life(240));
  for (let at = 0; at < changes.length; at += 40) {
    const some = changes.slice(at, at + 40).map(({ seq, time, ...change }) => change);
    const { first, last } = await log.append(some, {
      of: 'apps.apps.hearth.dev',
      resourceVersion: String(at),
    });
    await live.apply(await log.read({ after: first - 1, limit: last - first + 1 }));
    hashes.set(last, await live.canonicalHash());
  }
  expect(hashes.size).toBe(6);
  for (const [seq, hash] of hashes) expect(await graphOf(asOf(log, seq)).canonicalHash()).toBe(hash);
});
