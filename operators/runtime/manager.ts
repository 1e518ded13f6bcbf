import { type Clock, pause, systemClock } from './clock.ts';
import type { ClusterConfig } from './cluster/cluster.ts';
import { createTransport, type Transport } from './cluster/transport.ts';
import type { Controller } from './controller.ts';
import { createEventRecorder } from './events.ts';
import { type HttpServer, serveHttp } from './http.ts';
import { createKindFinder } from './kinds/registry.ts';
import { createElection, type Election, type ElectionOptions } from './lease.ts';
import { createLogger, type Logger } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { createReach } from './reach.ts';
import { kindText } from './resource.ts';
import { createRunningController, type RunningController } from './run-controller.ts';
import { watchedKinds } from './wake.ts';
import { createInformer, type Informer } from './watch/informer.ts';

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

/** A manager that is not started. */
export function createManager(options: ManagerOptions): Manager {
  const { clock = systemClock, log = createLogger(), identity } = options;
  const metrics = createMetrics();
  const transport = createTransport(options.cluster, {
    clock,
    observe: metrics.observeRequest,
    userAgent: `hearth/${identity}`,
  });
  const informers = createInformers(options, transport, metrics, clock, log);
  const leadership = createLeadership(options, transport, metrics, clock, log);
  const gated = transport.gated(leadership.gate);
  const reaching = createReach(options.cluster, transport);
  const events = createEventRecorder({
    transport: gated,
    clock,
    instance: identity,
    onError: (error) => log.debug({ error }, 'an event could not be written'),
  });
  const kinds = [...informers.all].map(({ kind }) => kind);
  const findKind = createKindFinder(kinds, transport);
  const shared = {
    transport: gated,
    gate: leadership.gate,
    clock,
    log,
    metrics,
    events,
    reach: reaching.reach,
    findKind,
  };
  const controllers = options.controllers.map((controller) =>
    createRunningController(controller, informers.of(controller), shared),
  );
  const stopping = new AbortController();
  const background: Promise<void>[] = [];
  let http: HttpServer | undefined;
  const unsynced = () =>
    [...informers.all].filter((informer) => !informer.isSynced()).map(({ kind }) => kindText(kind));

  return {
    ready: () => unsynced().length === 0,
    leads: leadership.leads,
    httpPort: () => http?.port,
    async start() {
      if (options.http)
        http = await serveHttp({ ...options.http, registry: metrics.registry, unready: unsynced });
      for (const informer of informers.all) background.push(informer.run(stopping.signal));
      await Promise.race([
        Promise.all([...informers.all].map(({ synced }) => synced)),
        aborted(stopping.signal),
      ]);
      if (stopping.signal.aborted) return;
      log.info({ controllers: controllers.map(({ name }) => name) }, 'caches are filled');
      background.push(leadership.run(controllers, stopping.signal));
      background.push(resync(controllers, clock, options.resync ?? RESYNC, stopping.signal));
    },
    async stop() {
      await leadership.drain(controllers, options.grace ?? GRACE);
      await events.flush().catch(() => undefined);
      stopping.abort();
      await Promise.all(background);
      await Promise.all([http?.close(), reaching.close()]);
      await transport.close();
    },
  };
}

/** One informer for each kind and selector, however many controllers watch it. */
function createInformers(
  options: ManagerOptions,
  transport: Transport,
  metrics: Metrics,
  clock: Clock,
  log: Logger,
) {
  const managers = new Set(options.controllers.map(({ name }) => name));
  if (managers.size < options.controllers.length) throw new Error('two controllers have the same name');
  const informers = new Map<string, Informer>();
  const byController = new Map<Controller, Map<string, Informer>>();
  for (const controller of options.controllers) {
    const own = new Map<string, Informer>();
    byController.set(controller, own);
    for (const watched of watchedKinds(controller)) {
      const id = `${kindText(watched.kind)} ${watched.selector ?? ''} ${watched.optional ?? ''}`;
      const informer =
        informers.get(id) ??
        createInformer(watched, {
          transport,
          clock,
          managers,
          freeze: options.freeze,
          onError(kind, error) {
            metrics.watchFailed(kindText(kind));
            log.warn({ watched: kindText(kind), error }, 'watching failed; trying again');
          },
        });
      informers.set(id, informer);
      own.set(kindText(watched.kind), informer);
    }
    for (const { kind, name, values } of controller.indexes ?? []) {
      const informer = own.get(kindText(kind));
      if (!informer)
        throw new Error(
          `controller ${controller.name} has an index on ${kindText(kind)} without declaring it`,
        );
      informer.cache.index(name, values);
    }
  }
  return {
    all: informers.size === 0 ? [] : [...informers.values()],
    of: (controller: Controller): ReadonlyMap<string, Informer> => byController.get(controller) ?? new Map(),
  };
}

/** Lets controllers work while this process leads, or always where there is no election. */
function createLeadership(
  options: ManagerOptions,
  transport: Transport,
  metrics: Metrics,
  clock: Clock,
  log: Logger,
) {
  let term: AbortController | undefined;
  let working: Promise<unknown> = Promise.resolve();
  let controllers: readonly RunningController[] = [];

  const begin = () => {
    const current = new AbortController();
    term = current;
    metrics.leading(options.lease.name, true);
    log.info({ lease: options.lease.name }, 'leading');
    // What the last term cut off must have ended before the next one starts.
    working = working.then(() => {
      for (const controller of controllers) controller.wakeAll();
      return Promise.all(controllers.map((controller) => controller.work(current.signal)));
    });
  };
  const end = () => {
    term?.abort(new Error('this process no longer leads'));
    term = undefined;
    metrics.leading(options.lease.name, false);
    log.info({ lease: options.lease.name }, 'standing by');
  };
  const election: Election =
    options.leaderElect === false
      ? alwaysLeading(begin, end)
      : createElection({
          ...options.election,
          ...options.lease,
          transport,
          clock,
          identity: options.identity,
          onStarted: begin,
          onStopped: end,
          onError: (error) => log.warn({ error }, 'the lease could not be renewed or read'),
        });

  return {
    gate: election.gate,
    leads: election.leads,
    async run(all: readonly RunningController[], signal: AbortSignal) {
      controllers = all;
      await election.run(signal);
      await working;
    },
    /** Takes no more work and waits for the passes under way, up to `grace`. */
    async drain(all: readonly RunningController[], grace: number) {
      for (const controller of all) controller.drain();
      const patience = new AbortController();
      await Promise.race([working, pause(clock, grace, patience.signal)]);
      patience.abort();
      term?.abort(new Error('this process stops'));
    },
  };
}

/** The election of a process that is alone. */
function alwaysLeading(onStarted: () => void, onStopped: () => void): Election {
  return {
    leads: () => true,
    gate: () => undefined,
    async run(signal) {
      onStarted();
      await aborted(signal);
      onStopped();
    },
  };
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

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
