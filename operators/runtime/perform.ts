import { type ConfirmedApplies, confirmedKey, createAct } from './act.ts';
import type { Clock } from './clock.ts';
import type { Gate } from './cluster/exchange.ts';
import type { ApiRequest, Transport } from './cluster/transport.ts';
import type { Context, Controller, Read } from './controller.ts';
import { createEchoFilter } from './echo.ts';
import type { EventRecorder } from './events.ts';
import type { FindKind } from './kinds/registry.ts';
import { createLeftovers } from './leftovers.ts';
import type { Logger } from './log.ts';
import type { Metrics, PassResult } from './metrics.ts';
import { type PassEnd, pass } from './pass.ts';
import type { Reach } from './reach.ts';
import { createLive } from './read.ts';
import { type Immutable, type Kind, keyOf, keyText, kindText, parseKey, type Resource } from './resource.ts';
import { createStatusWriter } from './status-writer.ts';
import type { Change } from './watch/cache.ts';
import type { Informer } from './watch/informer.ts';
import { createWrites, type Writes } from './writes.ts';

/** What controllers share. */
export interface Shared {
  /** Sends nothing once this process no longer leads. */
  readonly transport: Transport;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly events: EventRecorder;
  readonly reach: Reach;
  readonly findKind: FindKind;
}

/** Runs the passes of one controller, one object at a time, and tells the metrics and the log of each. */
export interface Performer {
  /** Whether a change of one of the controller's own objects is news, and not the echo of its own status write. */
  isNews(change: Change): boolean;
  /** One pass; `caughtUp` is over when the caches have what it wrote, and undefined where they have it already. */
  once(object: Immutable<Resource>, signal: AbortSignal): Promise<Performed>;
  /** Of a key that has no object: sees to what the last one left; `after` says when to look again, in milliseconds. */
  gone(
    key: string,
    signal: AbortSignal,
  ): Promise<Pick<Performed, 'caughtUp'> & { readonly after?: number | undefined }>;
}

/** How a pass went. */
interface Performed {
  readonly end: PassEnd;
  readonly caughtUp: Promise<unknown> | undefined;
}

/**
 * A performer over the informers of a controller, by kind.
 * @param wake is told of objects that changed, by somebody else, while their status was being written.
 */
export function createPerformer(
  controller: Controller,
  informers: ReadonlyMap<string, Informer>,
  read: Read,
  shared: Shared,
  wake: (key: string) => void,
): Performer {
  const echo = createEchoFilter();
  const writeStatus = createStatusWriter(controller, shared.transport);
  const makeContext = createContextMaker(controller, informers, read, shared);
  const leftovers = createLeftovers(controller, informers);

  return {
    isNews: ({ key, object }) => echo.passes(key, object.metadata.resourceVersion),
    async once(object, signal) {
      const key = keyText(keyOf(object));
      const { context, writes } = makeContext(object, signal);
      const began = shared.clock.monotonic();
      const end = await pass(object, {
        controller,
        context,
        writes,
        leftovers,
        async writeStatus(of, patch) {
          let version: string | undefined;
          echo.begin(key);
          try {
            version = await writeStatus(writes, of, patch);
          } finally {
            if (echo.end(key, version)) wake(key);
          }
        },
      });
      const seconds = (shared.clock.monotonic() - began) / 1000;
      const terminal = end.type === 'outcome' && end.outcome.type === 'stalled';
      shared.metrics.observePass({ controller: controller.name, result: resultOf(end), seconds, terminal });
      logEnd(context, end, seconds);
      return { end, caughtUp: writes.caughtUp() };
    },
    async gone(text, signal) {
      const { apiVersion, kind } = controller.kind;
      const key = parseKey(text);
      const { context, writes } = makeContext({ apiVersion, kind, metadata: key }, signal);
      try {
        return { after: await leftovers.ofGone(key, context), caughtUp: writes.caughtUp() };
      } catch (error) {
        context.log.warn({ error }, 'what was left could not be deleted; trying again');
        return { after: RETRY, caughtUp: writes.caughtUp() };
      }
    },
  };
}

/** Nobody waits for what is left of an object that is gone. */
const RETRY = 30_000;

/** Makes what each pass is given; what passes have in common, such as the applies that were confirmed, is in here. */
function createContextMaker(
  { name, kind }: Controller,
  informers: ReadonlyMap<string, Informer>,
  read: Read,
  shared: Shared,
): (
  object: Immutable<Resource>,
  signal: AbortSignal,
) => { readonly context: Context; readonly writes: Writes } {
  const { clock, events, findKind, transport } = shared;
  const confirmed: ConfirmedApplies = new Map();
  const informerOf = (of: Kind) => informers.get(kindText(of));
  for (const informer of informers.values()) {
    informer.cache.subscribe(
      ({ removed, key }) => removed && confirmed.delete(confirmedKey(informer.kind, key)),
    );
  }
  const log = shared.log.child({ controller: name, kind: kind.kind });
  const reach: Reach = async (service, port) => {
    shared.gate();
    return shared.reach(service, port);
  };
  return (object, signal) => {
    // Whatever a pass asks of the API server is cut off with it.
    const bound = { request: <T>(request: ApiRequest) => transport.request<T>({ signal, ...request }) };
    const live = createLive(bound);
    const writes = createWrites(bound, informerOf);
    const context: Context = {
      read: { ...read, live },
      act: createAct({ manager: name, findKind, informerOf, live, confirmed }, writes),
      clock,
      signal,
      reach,
      requireLead: shared.gate,
      get log() {
        return log.child({ namespace: object.metadata.namespace, name: object.metadata.name });
      },
      event: (type, reason, message, regarding = object) =>
        events.record({ controller: name, regarding, type, reason, message }),
    };
    return { context, writes };
  };
}

function resultOf(end: PassEnd): PassResult {
  if (end.type === 'outcome') {
    if (end.outcome.type === 'stalled') return 'error';
    return end.outcome.type === 'waiting' || end.outcome.after !== undefined ? 'requeue_after' : 'success';
  }
  return end.type === 'error' ? 'error' : 'requeue';
}

function logEnd(context: Context, end: PassEnd, seconds: number): void {
  if (end.type === 'error') context.log.error({ error: end.error, seconds }, 'reconciling failed');
  else if (end.type === 'overtaken')
    context.log.debug({ error: end.error, seconds }, 'overtaken by another write; again');
  else if (end.type === 'outcome' && end.outcome.type !== 'ready') {
    const { type, reason, message } = end.outcome;
    context.log.info({ outcome: type, reason, seconds }, message);
  }
}
