import { parseArgs } from 'node:util';
import type { SinkEvent } from '@hearth/domain';
import { createLogger, createTransport, loadCluster, systemClock } from '@hearth/runtime';
import { embeddedGraph } from '../../../operators/event-sink/graph/embedded/embedded-graph.ts';
import type { Graph } from '../../../operators/event-sink/graph/graph.ts';
import { openSqliteLog } from '../../../operators/event-sink/log/sqlite/sqlite-log.ts';
import { projectLog } from '../../../operators/event-sink/project.ts';
import { irisAt } from '../../../operators/event-sink/vocabulary/iris.ts';
import { suiteKinds } from '../../../operators/event-sink/watch/kinds.ts';
import { startWatching } from '../../../operators/event-sink/watch/watch.ts';
import { changeOf } from './population.ts';
import type { Order, Outcome, Seen } from './protocol.ts';

/**
 * Log, graph and watch of the event sink in a process of their own, which does what it is told by messages and says how
 * long that took.
 */
const { values } = parseArgs({ options: { file: { type: 'string', default: '' } } });
const logger = createLogger({ level: process.env.LOG_LEVEL ?? 'warn' });
const log = openSqliteLog(values.file);
const iris = irisAt('https://hearth.home.arpa/');
const parts: { graph?: Graph; close: (() => Promise<void>)[] } = { close: [() => log.close()] };

/** So many changes come at once, as from a watch. */
const BATCH = 20;

/** The graph, with a word of each state that queries begin to see. */
function openGraph(): Graph {
  if (parts.graph !== undefined) return parts.graph;
  const graph = embeddedGraph({ source: log, iris, log: logger });
  const telling = {
    async apply(events: readonly SinkEvent[]) {
      await graph.apply(events);
      tell({ seen: events.map(({ resourceVersion }) => resourceVersion), at: now() });
    },
  };
  const projection = projectLog({ log, graph: telling, clock: systemClock, logger });
  parts.graph = graph;
  parts.close.unshift(
    () => projection.stop(),
    () => graph.close(),
  );
  return graph;
}

async function record(resources: number, from: number, count: number, size: number): Promise<void> {
  for (let n = from; n < from + count; n += size) {
    const changes = Array.from({ length: Math.min(size, from + count - n) }, (_, next) =>
      changeOf(resources, n + next),
    );
    await log.append(changes, { of: 'apps.apps.hearth.dev', resourceVersion: String(n) });
    // No faster than the graph, where there is one.
    while (parts.graph !== undefined && parts.graph.seq() < log.head().seq - 10 * size) await pauseBriefly();
  }
}

const pauseBriefly = () => new Promise<void>((resolve) => setTimeout(resolve, 2));

async function ask(sparql: string, allowed: 'all' | readonly string[]): Promise<string> {
  const answer = await openGraph().query({
    sparql: `PREFIX h: </-/vocabulary#> PREFIX prov: <http://www.w3.org/ns/prov#> ${sparql}`,
    bindings: 'text/csv',
    triples: 'application/n-triples',
    limit: 10_000,
    timeout: 600_000,
    allowed,
  });
  return answer.body;
}

async function watch(kubeconfig: string): Promise<void> {
  const transport = createTransport(await loadCluster({ kubeconfig }));
  const key = Buffer.alloc(32);
  const options = { transport, log, kinds: suiteKinds, redaction: { key }, clock: systemClock, logger };
  const watching = startWatching(options);
  parts.close.unshift(
    () => watching.stop(),
    () => transport.close(),
  );
  for (;;) {
    const { kinds } = watching.state();
    if (kinds.length > 0 && kinds.every(({ phase }) => phase === 'watching')) return;
    await pauseBriefly();
  }
}

async function carryOut(order: Order): Promise<string | undefined> {
  switch (order.do) {
    case 'change':
      openGraph();
      await record(order.resources, order.from, order.count, BATCH);
      while (openGraph().seq() < log.head().seq) await pauseBriefly();
      return;
    case 'record':
      return void (await record(order.resources, order.from, order.count, 1000));
    case 'build':
      return await ask('ASK {}', 'all');
    case 'ask':
      return await ask(order.sparql, order.allowed);
    case 'watch':
      openGraph();
      return await watch(order.kubeconfig).then(() => undefined);
    case 'stop':
      for (const close of parts.close) await close();
      return;
  }
}

const now = () => performance.timeOrigin + performance.now();
const tell = (word: Outcome | Seen) => process.send?.(word);

process.on('message', async (order: Order) => {
  const start = performance.now();
  try {
    const body = await carryOut(order);
    tell({ milliseconds: performance.now() - start, ...(body !== undefined && { body }) });
  } catch (error) {
    tell({ failure: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
  if (order.do === 'stop') process.disconnect();
});
