import { getHeapStatistics } from 'node:v8';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Observer } from './cluster/transport.ts';
import type { Queue, QueueObserver } from './queue.ts';

/** How a pass ended, in controller-runtime's words. */
export type PassResult = 'success' | 'error' | 'requeue' | 'requeue_after';

/** What a pass tells the metrics. */
interface PassMetrics {
  readonly controller: string;
  readonly result: PassResult;
  readonly seconds: number;
  /** It failed in a way that only a change can mend. */
  readonly terminal: boolean;
}

/** The metrics of a process, under the names of controller-runtime and client-go: dashboards know them. */
export interface Metrics {
  readonly registry: Registry;
  observeRequest: Observer;
  observePass(pass: PassMetrics): void;
  /** Says how many passes a controller may run at a time. From then on it is counted, from zero. */
  controller(name: string, workers: number): void;
  activeWorkers(controller: string, change: number): void;
  leading(name: string, leads: boolean): void;
  /** A kind is watched. From then on its failures are counted, from zero. */
  watching(kind: string): void;
  /** A watch or list failed. */
  watchFailed(kind: string): void;
  /** Counts what a queue tells; give it the queue with `watchQueue`. */
  queueObserver(name: string): QueueObserver;
  watchQueue(name: string, queue: Queue): void;
}

const PASS_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const QUEUE_BUCKETS = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];

/** Metrics in a registry of their own, with those of the process beside them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  measureHeapLimit(registry);
  return {
    registry,
    ...requestMetrics(registry),
    ...passMetrics(registry),
    ...queueMetrics(registry),
  };
}

/** What the metrics of Node leave out: how far the heap can grow before the process ends. */
function measureHeapLimit(registry: Registry): void {
  new Gauge({
    registers: [registry],
    name: 'nodejs_heap_size_limit_bytes',
    help: 'Most bytes that the heap of Node.js may take.',
    collect() {
      this.set(getHeapStatistics().heap_size_limit);
    },
  });
}

function requestMetrics(
  registry: Registry,
): Pick<Metrics, 'observeRequest' | 'leading' | 'watching' | 'watchFailed'> {
  const registers = [registry];
  const requests = new Counter({
    registers,
    name: 'rest_client_requests_total',
    help: 'Number of HTTP requests, partitioned by status code, method, and host.',
    labelNames: ['code', 'method', 'host'],
  });
  const leader = new Gauge({
    registers,
    name: 'leader_election_master_status',
    help: 'Whether this process leads: 1 or 0.',
    labelNames: ['name'],
  });
  const watchErrors = new Counter({
    registers,
    name: 'hearth_watch_errors_total',
    help: 'Lists and watches that failed, by kind.',
    labelNames: ['kind'],
  });
  return {
    observeRequest: (answer) => requests.inc({ ...answer }),
    leading: (name, leads) => leader.set({ name }, leads ? 1 : 0),
    watching: (kind) => watchErrors.inc({ kind }, 0),
    watchFailed: (kind) => watchErrors.inc({ kind }),
  };
}

const RESULTS: readonly PassResult[] = ['success', 'error', 'requeue', 'requeue_after'];

function passMetrics(registry: Registry): Pick<Metrics, 'observePass' | 'activeWorkers' | 'controller'> {
  const registers = [registry];
  const labelNames = ['controller'] as const;
  const total = new Counter({
    registers,
    name: 'controller_runtime_reconcile_total',
    help: 'Total number of reconciliations per controller.',
    labelNames: ['controller', 'result'],
  });
  const errors = new Counter({
    registers,
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Total number of reconciliation errors per controller.',
    labelNames,
  });
  const terminal = new Counter({
    registers,
    name: 'controller_runtime_terminal_reconcile_errors_total',
    help: 'Total number of terminal reconciliation errors per controller.',
    labelNames,
  });
  const time = new Histogram({
    registers,
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Length of time per reconciliation per controller.',
    labelNames,
    buckets: PASS_BUCKETS,
  });
  const active = new Gauge({
    registers,
    name: 'controller_runtime_active_workers',
    help: 'Number of currently used workers per controller.',
    labelNames,
  });
  const max = new Gauge({
    registers,
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'Maximum number of concurrent reconciles per controller.',
    labelNames,
  });
  return {
    observePass({ controller, result, seconds, terminal: isTerminal }) {
      total.inc({ controller, result });
      if (result === 'error') errors.inc({ controller });
      if (isTerminal) terminal.inc({ controller });
      time.observe({ controller }, seconds);
    },
    controller(controller, workers) {
      max.set({ controller }, workers);
      active.set({ controller }, 0);
      // What appears at its first failure would seem never to have grown.
      for (const result of RESULTS) total.inc({ controller, result }, 0);
      errors.inc({ controller }, 0);
      terminal.inc({ controller }, 0);
      time.zero({ controller });
    },
    activeWorkers: (controller, change) => active.inc({ controller }, change),
  };
}

function queueMetrics(registry: Registry): Pick<Metrics, 'queueObserver' | 'watchQueue'> {
  const registers = [registry];
  const labelNames = ['name', 'controller'] as const;
  const queues = new Map<string, Queue>();
  const gauge = (name: string, help: string, value: (queue: Queue) => number) =>
    new Gauge({
      registers,
      name,
      help,
      labelNames,
      collect() {
        for (const [controller, queue] of queues) this.set({ name: controller, controller }, value(queue));
      },
    });
  gauge('workqueue_depth', 'Current depth of workqueue.', (queue) => queue.depth());
  gauge('workqueue_unfinished_work_seconds', 'How many seconds of work is in progress.', (queue) =>
    queue.running().reduce((sum, ms) => sum + ms / 1000, 0),
  );
  gauge('workqueue_longest_running_processor_seconds', 'How long the longest running pass takes.', (queue) =>
    Math.max(0, ...queue.running().map((ms) => ms / 1000)),
  );
  const adds = new Counter({
    registers,
    name: 'workqueue_adds_total',
    help: 'Total number of adds handled by workqueue.',
    labelNames,
  });
  const histogram = (name: string, help: string) =>
    new Histogram({ registers, name, help, labelNames, buckets: QUEUE_BUCKETS });
  const waited = histogram(
    'workqueue_queue_duration_seconds',
    'How long in seconds an item stays in workqueue before being requested.',
  );
  const worked = histogram(
    'workqueue_work_duration_seconds',
    'How long in seconds processing an item from workqueue takes.',
  );
  return {
    queueObserver(controller) {
      const labels = { name: controller, controller };
      return {
        added: () => adds.inc(labels),
        taken: (ms) => waited.observe(labels, ms / 1000),
        done: (ms) => worked.observe(labels, ms / 1000),
      };
    },
    watchQueue: (controller, queue) => void queues.set(controller, queue),
  };
}
