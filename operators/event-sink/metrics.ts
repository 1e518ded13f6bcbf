import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Vouching } from './checkpoints/keeper.ts';
import type { Graph } from './graph/graph.ts';
import type { EventLog, NewEvent } from './log/event-log.ts';
import type { KindState } from './watch/watch-kind.ts';

/** How a query ended. */
export type QueryResult = 'answered' | 'refused' | 'too-long' | 'busy' | 'failed';

/** What the sink counts; its health port serves it. */
export interface Metrics {
  readonly registry: Registry;
  /** Events of a kind are in the log. */
  recorded(of: string, events: readonly Pick<NewEvent, 'type'>[]): void;
  /** An append is on disk, so long after it was handed over. */
  appended(seconds: number): void;
  /** Whether the log has no room. */
  diskFull(full: boolean): void;
  query(result: QueryResult, seconds: number): void;
  /** A request was answered. */
  request(route: string, code: number, seconds: number): void;
  /** The API server has answered, or has not: what a transport observes. */
  apiRequest(answer: { readonly method: string; readonly code: string; readonly host: string }): void;
  /** A watch or a list failed. */
  failed(of: string): void;
  /** From now on, how far the log has come is served, and how much of it is vouched for. */
  log(log: Pick<EventLog, 'head'>, vouching: () => Vouching): void;
  /** From now on, how far the graph has come is served. */
  graph(graph: Pick<Graph, 'seq'>): void;
  /** From now on, how the watch of each kind stands is served. */
  watch(kinds: () => readonly KindState[]): void;
}

const APPEND_BUCKETS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const ANSWER_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const TYPES = ['added', 'modified', 'deleted', 'gap'] as const;
const QUERY_RESULTS: readonly QueryResult[] = ['answered', 'refused', 'too-long', 'busy', 'failed'];

/** Metrics in a registry of their own, with those of the process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const apiRequests = new Counter({
    registers,
    name: 'rest_client_requests_total',
    help: 'Number of HTTP requests, partitioned by status code, method, and host.',
    labelNames: ['code', 'method', 'host'],
  });
  const requests = new Histogram({
    registers,
    name: 'hearth_events_request_seconds',
    help: 'Time to answer, by route and status.',
    labelNames: ['route', 'code'],
    buckets: ANSWER_BUCKETS,
  });
  return {
    registry,
    ...logMetrics(registry),
    query: queryMetric(registry),
    request: (route, code, seconds) => requests.observe({ route, code }, seconds),
    apiRequest: (answer) => apiRequests.inc({ ...answer }),
    ...watchMetrics(registry),
    log: (log, vouching) => serveLog(registry, log, vouching),
    graph: ({ seq }) =>
      serve(registry, 'hearth_events_graph_seq', 'Number of the last event that queries see.', seq),
  };
}

function logMetrics(registry: Registry): Pick<Metrics, 'recorded' | 'appended' | 'diskFull'> {
  const registers = [registry];
  const events = new Counter({
    registers,
    name: 'hearth_events_recorded_total',
    help: 'Events that were recorded in the log, by type; a gap is where changes may be missing.',
    labelNames: ['type'],
  });
  // What appears with the first event would seem never to have grown.
  for (const type of TYPES) events.inc({ type }, 0);
  const seconds = new Histogram({
    registers,
    name: 'hearth_events_append_seconds',
    help: 'Time from when changes are handed over until they are on disk.',
    buckets: APPEND_BUCKETS,
  });
  const full = new Gauge({
    registers,
    name: 'hearth_events_disk_full',
    help: 'Whether the log has no room, so that nothing is recorded: 1 or 0.',
  });
  return {
    recorded(_, changes) {
      for (const { type } of changes) events.inc({ type });
    },
    appended: (taken) => seconds.observe(taken),
    diskFull: (isFull) => full.set(isFull ? 1 : 0),
  };
}

function queryMetric(registry: Registry): Metrics['query'] {
  const queries = new Histogram({
    registers: [registry],
    name: 'hearth_events_query_seconds',
    help: 'Time that SPARQL queries took, waiting included, by how they ended.',
    labelNames: ['result'],
    buckets: ANSWER_BUCKETS,
  });
  for (const result of QUERY_RESULTS) queries.zero({ result });
  return (result, seconds) => queries.observe({ result }, seconds);
}

function watchMetrics(registry: Registry): Pick<Metrics, 'failed' | 'watch'> {
  const registers = [registry];
  const failures = new Counter({
    registers,
    name: 'hearth_watch_errors_total',
    help: 'Lists and watches that failed, by kind.',
    labelNames: ['kind'],
  });
  const watch = (kinds: () => readonly KindState[]) =>
    new Gauge({
      registers,
      name: 'hearth_events_watching',
      help: 'Whether what happens to a kind comes in: 1 or 0.',
      labelNames: ['kind'],
      collect() {
        for (const { of, phase } of kinds()) this.set({ kind: of }, phase === 'watching' ? 1 : 0);
      },
    });
  return { failed: (kind) => failures.inc({ kind }), watch };
}

function serve(registry: Registry, name: string, help: string, value: () => number): void {
  new Gauge({
    registers: [registry],
    name,
    help,
    collect() {
      this.set(value());
    },
  });
}

function serveLog(registry: Registry, { head }: Pick<EventLog, 'head'>, vouching: () => Vouching): void {
  serve(registry, 'hearth_events_log_seq', 'Number of the last event in the log.', () => head().seq);
  serve(
    registry,
    'hearth_events_vouched_seq',
    'Number of the last event that a checkpoint vouches for.',
    () => vouching().vouched,
  );
  serve(
    registry,
    'hearth_events_unvouched_seconds',
    'For how long events have waited for a checkpoint; 0 where none waits.',
    () => vouching().waiting,
  );
  serve(
    registry,
    'hearth_events_checkpoint_refused',
    'Whether the log does not go on from its last checkpoint: 1 or 0.',
    () => (vouching().refused ? 1 : 0),
  );
}
