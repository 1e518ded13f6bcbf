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
import { irisAt } from '../../vocabulary/iris.ts';
import { why } from '../../why/why.ts';
import { httpServer } from '../server.ts';
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
    mayGetAll: async (asker) => rights[asker.name] === 'all',
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

/** A graph of a log, made as in a sink that runs. */
export function testGraph(log: EventLog): Graph {
  const graph = embeddedGraph({ source: log, iris: irisAt(BASE), log: createLogger({ level: 'silent' }) });
  log.onAppend(({ first, last }) => {
    void log.read({ after: first - 1, limit: last - first + 1 }).then((events) => graph.apply(events));
  });
  return graph;
}

/** A whole HTTP side on a log that is real, for as long as the test runs. It has no graph, if none is given. */
export function testSink(over: (log: EventLog) => Partial<Sink> = () => ({})): TestSink {
  const log = openSqliteLog(join(testFolder(), 'log.db'), { segmentSize: 4 });
  const sink: Sink = {
    log,
    graph: noGraph,
    iris: irisAt(BASE),
    access: tableAccess(log),
    pages: plainPages,
    assets: [{ name: 'style.css', type: 'text/css; charset=utf-8', body: Buffer.from('body {}') }],
    why,
    clock: systemClock,
    logger: createLogger({ level: 'silent' }),
    ...over(log),
  };
  const server = httpServer(sink);
  onTestFinished(async () => {
    await server.close();
    await sink.graph.close();
    await log.close();
  });
  return { log, graph: sink.graph, server };
}
