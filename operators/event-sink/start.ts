import type { AddressInfo } from 'node:net';
import type { Assets } from '@hearth/pages';
import type { ClusterConfig } from '@hearth/runtime';
import { createTransport, type Transport } from '@hearth/runtime';
import type { Clock } from '@hearth/runtime/clock';
import { anyAddress, serveHttp } from '@hearth/runtime/http';
import { type Logger, safeMessage } from '@hearth/runtime/log';
import type { FastifyInstance } from 'fastify';
import { listenToAsking } from './admission/listen.ts';
import { type Archiver, startArchiver } from './archiving/archiver.ts';
import { type CheckpointKeeper, keepCheckpoints } from './checkpoints/keeper.ts';
import { configMapStore } from './checkpoints/store.ts';
import type { Config } from './config.ts';
import { endAnswering } from './ending.ts';
import { openGraph } from './graph/open-graph.ts';
import { awaitHome, awaitMove, type HomeFacts } from './home.ts';
import { clusterAccess } from './http/access/cluster-access.ts';
import { apiServerReviews } from './http/access/reviews.ts';
import type { Pages } from './http/pages/views.ts';
import { httpServer } from './http/server.ts';
import { peopleIn } from './http/sign-in/people.ts';
import { type Keys, readKeys } from './keys.ts';
import type { EventLog } from './log/event-log.ts';
import { openLog } from './log/open-log.ts';
import { measuredGraph, measuredLog } from './measured.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { projectLog } from './project.ts';
import { createReadiness, type Readiness } from './readiness.ts';
import { awaitBinding, type Binding, readBinding, signInBy } from './sign-in.ts';
import { irisAt } from './vocabulary/iris.ts';
import { suiteKinds } from './watch/kinds.ts';
import { startWatching, type Watching } from './watch/watch.ts';
import { why } from './why/why.ts';

/** What the process takes from outside, beside its configuration. */
export interface Surroundings {
  readonly cluster: ClusterConfig;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pages: Pages;
  readonly assets: Assets;
  /**
   * Called when the home has another address, so that all IRIs are others, or another authority, or people sign in
   * otherwise: the process must be started anew.
   */
  readonly onMove: (because: string) => void;
  /** Called when the log takes no events any more: the process must be started anew. */
  readonly onLost: () => void;
}

/** A process that records. */
export interface Running {
  readonly healthPort: number;
  /** Resolves with the port for people when they are answered: there must be a Home for that. */
  readonly answering: Promise<{ readonly port: number; readonly base: string }>;
  /** Records what was seen, vouches for it, then ends. */
  stop(): Promise<void>;
}

/** To whom tokens must be addressed. */
const AUDIENCE = 'hearth-events';
/** Bytes that one query may take: what is left of the pod's memory beside the rest, on a small machine. */
const QUERY_MEMORY = 192 * 2 ** 20;

/** What all parts of the process share. */
interface Base extends Surroundings {
  readonly config: Config;
  readonly keys: Keys;
  readonly metrics: Metrics;
  readonly transport: Transport;
  readonly log: EventLog;
  readonly checkpoints: CheckpointKeeper;
  /** Where old events are moved out of the log. */
  readonly archiver: Archiver | undefined;
}

/** Opens the log and records from then on; answers questions as soon as there is a Home, whose address IRIs have. */
export async function startEventSink(config: Config, surroundings: Surroundings): Promise<Running> {
  const base = await openBase(config, surroundings);
  const { transport, log, metrics } = base;
  const watching = await startRecording(base);
  const stopping = new AbortController();
  const readiness = createReadiness(() => watching.state());
  const health = await serveHttp({
    port: config.healthPort,
    host: anyAddress(),
    registry: metrics.registry,
    unready: readiness.unready,
  });
  const answering = answer(base, readiness, stopping.signal);
  // Whoever asks for it hears why; a test that only records need not.
  answering.catch(() => undefined);
  return {
    healthPort: health.port,
    answering,
    async stop() {
      stopping.abort(new Error('the process is stopping'));
      readiness.stops();
      // What was seen is recorded and vouched for, however long somebody takes to read an answer.
      const answered = answering.then(({ close }) => close()).catch(() => undefined);
      await watching.stop();
      await base.checkpoints.stop();
      await base.archiver?.stop();
      await answered;
      await log.close();
      await transport.close();
      await health.close();
    },
  };
}

/** Records from then on, and by whose request each change came about, as far as that is heard. */
async function startRecording(base: Base): Promise<Watching> {
  const { config, keys, clock, logger, transport, log, metrics } = base;
  const listening = await listenToAsking(config.admission, base);
  const watching = startWatching({
    transport,
    log,
    kinds: suiteKinds,
    redaction: { key: keys.salt },
    asked: listening.asked,
    clock,
    logger,
    metrics,
  });
  metrics.watch(() => watching.state().kinds);
  return {
    state: watching.state,
    async stop() {
      await watching.stop();
      await listening.stop();
    },
  };
}

async function openBase(config: Config, surroundings: Surroundings): Promise<Base> {
  const { cluster, clock, logger } = surroundings;
  const keys = await readKeys(config.keys);
  const metrics = createMetrics();
  const onAway = (error: unknown) =>
    logger.warn({ error: safeMessage(error) }, 'the log can’t be reached; it is tried again');
  const opened = await openLog(config, clock, { onLost: surroundings.onLost, onAway });
  const log = measuredLog(opened, metrics, clock);
  const transport = createTransport(cluster, {
    clock,
    observe: metrics.apiRequest,
    userAgent: 'hearth-events',
  });
  const checkpoints = keepCheckpoints({
    log,
    signer: keys.signer,
    store: configMapStore(transport, config.namespace),
    clock,
    logger,
  });
  metrics.log(log, checkpoints.vouching);
  const archiver =
    config.archive && startArchiver({ ...config.archive, log, checkpoint: checkpoints.last, clock, logger });
  return { ...surroundings, config, keys, metrics, transport, log, checkpoints, archiver };
}

/** Waits for the Home, then makes the graph and listens. */
async function answer(base: Base, readiness: Readiness, signal: AbortSignal) {
  const { config, clock, logger, onMove } = base;
  const home: HomeFacts =
    config.address === undefined
      ? await awaitHome(base, signal)
      : { base: `${config.address}/`, authority: undefined };
  const binding = await readBinding(config.signIn);
  const { server, close } = startAnswering(base, home, binding);
  const port = await listen(server, config.port);
  readiness.answers();
  logger.info({ base: home.base, port }, 'the event sink answers');
  if (config.address === undefined)
    void awaitMove(base, { ...home, signsIn: binding !== undefined }, signal).then(
      (because) => because && onMove(because),
    );
  void awaitBinding(config.signIn, binding, clock, signal).then(
    (changed) => changed && onMove('people sign in otherwise'),
  );
  return { port, base: home.base, close };
}

function startAnswering(base: Base, home: HomeFacts, binding: Binding | undefined) {
  const { config, keys, clock, logger, log, metrics, transport, checkpoints, pages, assets } = base;
  const iris = irisAt(home.base);
  const options = { source: log, iris, log: logger, queryMemory: QUERY_MEMORY };
  const graph = measuredGraph(openGraph(config.sparql, options), metrics, clock);
  metrics.graph(graph);
  const projection = projectLog({ log, graph, clock, logger });
  const server = httpServer({
    log,
    graph,
    iris,
    access: clusterAccess({
      reviews: apiServerReviews(transport, AUDIENCE),
      places: () => log.places(),
      clock,
    }),
    pages,
    assets,
    why,
    signIn: binding && signInBy(binding, home, keys.salt, clock),
    people: peopleIn(log),
    checkpoint: checkpoints.last,
    clock,
    logger,
  });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.request(route, reply.statusCode, reply.elapsedTime / 1000);
  });
  return { server, close: () => endAnswering({ server, projection, graph }) };
}

async function listen(server: FastifyInstance, port: number): Promise<number> {
  await server.listen({ port, host: anyAddress() });
  return (server.server.address() as AddressInfo).port;
}
