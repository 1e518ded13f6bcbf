import { aborted, type Clock, pause, systemClock } from './clock.ts';
import type { ClusterConfig } from './cluster/cluster.ts';
import { createTransport, type Transport } from './cluster/transport.ts';
import type { Controller } from './controller.ts';
import { createEventRecorder } from './events.ts';
import { serveGauges } from './gauges.ts';
import { type HttpServer, serveHttp } from './http.ts';
import { createInformers, type Informers } from './informers.ts';
import { createKindFinder } from './kinds/registry.ts';
import { createLeadership } from './leadership.ts';
import type { ElectionOptions } from './lease.ts';
import { createLogger, type Logger } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createReach } from './reach.ts';
import { kindText } from './resource.ts';
import { createRunningController, type RunningController } from './run-controller.ts';

/** What a manager is made from. */
export interface ManagerOptions {
  readonly cluster: ClusterConfig;
  readonly controllers: readonly Controller[];
  /** Names this process among its replicas, as the pod's name does. */
  readonly identity: string;
  readonly lease: { readonly namespace: string; readonly name: string };
  /** Work only while holding the lease. Without it there must be one process. True if not given. */
  readonly leaderElect?: boolean;
  /** Times of the election, for tests. */
  readonly election?: Pick<ElectionOptions, 'duration' | 'renewDeadline' | 'retryPeriod'>;
  /** Where `/healthz`, `/readyz` and `/metrics` are served; nowhere if not given. */
  readonly http?: { readonly port: number; readonly host?: string };
  /** Milliseconds after which every object is reconciled again though nothing changed; 10 hours if not given. */
  readonly resync?: number;
  /** Milliseconds that passes under way get to end by themselves when the manager stops; 15 s if not given. */
  readonly grace?: number;
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Freeze what is cached, to find who writes into it. For tests: it takes time and memory. */
  readonly freeze?: boolean;
}

/** Runs controllers. */
export interface Manager {
  /** Resolves when the caches are filled; from then on the controllers work, or stand by to. */
  start(): Promise<void>;
  /** Ends passes under way, gives the lease back and lets go of everything. */
  stop(): Promise<void>;
  /** Whether the caches are filled. */
  ready(): boolean;
  leads(): boolean;
  /** The port that is listened on. */
  httpPort(): number | undefined;
}

const RESYNC = 10 * 3600_000;
const GRACE = 15_000;
/** The last events are not worth waiting for longer, where the API server is gone. */
const FLUSH = 2_000;

/** A manager that is not started. */
export function createManager(options: ManagerOptions): Manager {
  const { clock = systemClock, log = createLogger() } = options;
  const parts = assemble(options, clock, log);
  const { informers, controllers, leadership, metrics } = parts;
  const stopping = new AbortController();
  const background: Promise<void>[] = [];
  let http: HttpServer | undefined;
  const unsynced = () =>
    informers.filter((informer) => !informer.isSynced()).map(({ kind }) => kindText(kind));

  return {
    ready: () => unsynced().length === 0,
    leads: leadership.leads,
    httpPort: () => http?.port,
    async start() {
      if (options.http)
        http = await serveHttp({ ...options.http, registry: metrics.registry, unready: unsynced });
      for (const informer of informers) background.push(informer.run(stopping.signal));
      await Promise.race([Promise.all(informers.map(({ synced }) => synced)), aborted(stopping.signal)]);
      if (stopping.signal.aborted) return;
      log.info({ controllers: controllers.map(({ name }) => name) }, 'caches are filled');
      background.push(leadership.run(controllers, stopping.signal));
      background.push(resync(controllers, clock, options.resync ?? RESYNC, stopping.signal));
    },
    async stop() {
      await leadership.drain(options.grace ?? GRACE);
      await Promise.race([parts.events.close(), pause(clock, FLUSH, stopping.signal)]);
      stopping.abort();
      await Promise.all(background);
      await Promise.all([http?.close(), parts.reaching.close()]);
      await parts.transport.close();
    },
  };
}

/** What a manager runs. Nothing is connected or reconciled yet. */
function assemble(options: ManagerOptions, clock: Clock, log: Logger) {
  const { cluster, identity, lease } = options;
  const metrics = createMetrics();
  const userAgent = `hearth/${identity}`;
  const transport = createTransport(cluster, { clock, observe: metrics.observeRequest, userAgent });
  const informers = assembleInformers(options, transport, metrics, clock, log);
  const election = { ...options.election, ...lease, transport, clock, identity };
  const leadership = createLeadership({
    election: options.leaderElect === false ? undefined : election,
    name: lease.name,
    metrics,
    clock,
    log,
  });
  const gated = transport.gated(leadership.gate);
  const reaching = createReach(cluster, gated);
  const events = createEventRecorder({
    transport: gated,
    clock,
    instance: identity,
    onError: (error) => log.debug({ error }, 'an event could not be written'),
  });
  const kinds = informers.all.map(({ kind }) => kind);
  const shared = {
    transport: gated,
    gate: leadership.gate,
    clock,
    log,
    metrics,
    events,
    reach: reaching.reach,
    findKind: createKindFinder(kinds, gated),
  };
  const controllers = options.controllers.map((controller) =>
    createRunningController(controller, informers.of(controller), shared),
  );
  return { metrics, transport, informers: informers.all, leadership, reaching, events, controllers };
}

function assembleInformers(
  { controllers, freeze }: ManagerOptions,
  transport: Transport,
  metrics: Metrics,
  clock: Clock,
  log: Logger,
): Informers {
  const informers = createInformers(controllers, {
    transport,
    clock,
    freeze,
    onError(kind, error) {
      metrics.watchFailed(kindText(kind));
      log.warn({ watched: kindText(kind), error }, 'watching failed; trying again');
    },
  });
  for (const { kind } of informers.all) metrics.watching(kindText(kind));
  serveGauges(controllers, informers, metrics.registry);
  return informers;
}

async function resync(
  controllers: readonly RunningController[],
  clock: Clock,
  period: number,
  signal: AbortSignal,
) {
  while (!signal.aborted) {
    await pause(clock, period * (0.9 + Math.random() * 0.2), signal);
    if (!signal.aborted) for (const controller of controllers) controller.wakeAll();
  }
}
