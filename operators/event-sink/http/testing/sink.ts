import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@hearth/runtime/clock';
import { createLogger } from '@hearth/runtime/log';
import type { FastifyInstance } from 'fastify';
import { onTestFinished } from 'vitest';
import { embeddedGraph } from '../../graph/embedded/embedded-graph.ts';
import { type Graph, GraphBusy } from '../../graph/graph.ts';
import type { EventLog } from '../../log/event-log.ts';
import { openSqliteLog } from '../../log/sqlite/sqlite-log.ts';
import { testFolder } from '../../log/testing/folder.ts';
import { projectLog } from '../../project.ts';
import { irisAt } from '../../vocabulary/iris.ts';
import { why } from '../../why/why.ts';
import { httpServer } from '../server.ts';
import { peopleIn } from '../sign-in/people.ts';
import type { Access, Asker, Sink } from '../sink.ts';
import { plainPages } from './plain-pages.ts';

/** Where the sink of tests is. */
export const BASE = 'https://hearth.test/';

/** Who may see what, by the names of namespaces; `-` is for what is in none. */
const rights: Readonly<Record<string, 'all' | readonly string[]>> = {
  admin: 'all',
  ada: ['home'],
  eve: [],
};

/** Everybody whose name is their token, with the rights above. */
export function tableAccess(log: Pick<EventLog, 'places'>): Access {
  const sees = ({ name }: Asker, namespace: string) =>
    rights[name] === 'all' || rights[name]?.includes(namespace) === true;
  return {
    whoIs: async (token) => (token in rights ? { name: token, groups: [] } : undefined),
    mayGet: async (asker, { namespace }) => sees(asker, namespace ?? '-'),
    mayList: async (asker, _kind, namespace) => sees(asker, namespace ?? '-'),
    seesAll: async (asker) => rights[asker.name] === 'all',
    async visible(asker) {
      if (rights[asker.name] === 'all') return 'all';
      return (await log.places()).filter((place) => sees(asker, place.split('/')[0] ?? ''));
    },
  };
}

/** A sink of a test's own. */
export interface TestSink {
  readonly log: EventLog;
  readonly graph: Graph;
  readonly server: FastifyInstance;
}

/** Nobody asks it. */
const noGraph: Graph = {
  apply: async () => undefined,
  query: () => Promise.reject(new GraphBusy('this test has no graph')),
  canonicalHash: async () => '',
  seq: () => 0,
  close: async () => undefined,
};

/** A graph of a log, told of what happens as in a sink that runs. */
function testGraph(log: EventLog): Graph {
  const logger = createLogger({ level: 'silent' });
  const graph = embeddedGraph({ source: log, iris: irisAt(BASE), log: logger });
  const { stop } = projectLog({ log, graph, clock: systemClock, logger });
  return {
    ...graph,
    async close() {
      await stop();
      await graph.close();
    },
  };
}

/** A sink that listens, for as long as a file of tests runs. */
export interface LongSink extends TestSink {
  readonly origin: string;
  /** Resolves when the graph knows all that the log has. */
  untilProjected(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes one with a graph, and lets it listen on a free port. */
export async function longSink(over: (log: EventLog) => Partial<Sink> = () => ({})): Promise<LongSink> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-sink-'));
  const sink = makeSink(folder, (log) => ({ graph: testGraph(log), ...over(log) }));
  const origin = await sink.server.listen({ host: '127.0.0.1', port: 0 });
  return {
    ...sink,
    origin,
    async untilProjected() {
      // What it knows already changes nothing.
      await sink.graph.apply(await sink.log.read({ after: 0, limit: 10_000 }));
    },
    async stop() {
      await sink.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A whole HTTP side on a log that is real, for as long as the test runs. It has no graph, if none is given. */
export function testSink(over: (log: EventLog) => Partial<Sink> = () => ({})): TestSink {
  const sink = makeSink(testFolder(), over);
  onTestFinished(sink.stop);
  return sink;
}

function makeSink(
  folder: string,
  over: (log: EventLog) => Partial<Sink>,
): TestSink & { stop(): Promise<void> } {
  const log = openSqliteLog(join(folder, 'log.db'), { segmentSize: 4 });
  const sink: Sink = {
    log,
    graph: noGraph,
    iris: irisAt(BASE),
    access: tableAccess(log),
    pages: plainPages,
    assets: { under: '/-/assets', release: 'none', files: [] },
    why,
    people: peopleIn(log),
    clock: systemClock,
    logger: createLogger({ level: 'silent' }),
    ...over(log),
  };
  const server = httpServer(sink);
  return {
    log,
    graph: sink.graph,
    server,
    async stop() {
      await server.close();
      await sink.graph.close();
      await log.close();
    },
  };
}
