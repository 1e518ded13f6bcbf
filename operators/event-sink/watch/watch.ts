import { kindName } from '@hearth/domain';
import { type Logger, safeMessage, type Transport } from '@hearth/runtime';
import { type Clock, pause } from '@hearth/runtime/clock';
import type { Asked } from '../admission/asked.ts';
import type { EventLog } from '../log/event-log.ts';
import { createRecorder, type State } from '../record/record.ts';
import { createRedact, type Redaction } from '../record/redact.ts';
import { type Backlog, createBacklog } from './backlog.ts';
import { discoverKinds } from './discovery.ts';
import type { WatchedKind, WatchedKinds } from './kinds.ts';
import {
  isUninstalled,
  type KnownKind,
  knownKinds,
  recordUninstalled,
  type UninstalledOptions,
} from './known.ts';
import {
  type KindState,
  type KindWatch,
  type WatchKindOptions,
  type WatchObserver,
  watchKind,
} from './watch-kind.ts';
import type { Writable } from './writing.ts';

/** What watching needs. */
export interface WatchingOptions {
  readonly transport: Pick<Transport, 'request' | 'stream'>;
  readonly log: Pick<EventLog, 'append' | 'cursors' | 'states'>;
  readonly kinds: WatchedKinds;
  readonly redaction: Redaction;
  /** Who asked for what comes about, where that is listened to. */
  readonly asked?: Asked | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: WatchObserver;
}

/** How the watch stands. */
export interface WatchState {
  /** `full`: no event is taken until there is room. `failing`: nor until the log takes them again. */
  readonly log: Writable;
  /** What the log said, while it does not take events; or why it is not known what there is to watch. */
  readonly error?: string;
  readonly kinds: readonly KindState[];
  /** Bytes of what was taken and is not recorded yet, about. */
  readonly backlog: number;
}

/** All watches. */
export interface Watching {
  state(): WatchState;
  /** Ends the watches. What they took is recorded before, unless the log does not take it. */
  stop(): Promise<void>;
}

/** So many bytes of changes may wait for the log, about. */
const MOST_BACKLOG = 16 * 2 ** 20;

/** Milliseconds after which it is looked what kinds there are, and the cursors of the quiet ones are moved on. */
const ROUND = 20_000;
/** The same, while it is not known yet what kinds there are. */
const SOON = 2_000;

/**
 * Records every change of the kinds in the log, each from where its cursor stands, and of kinds that are installed later
 * from then on. It goes on until it is stopped, whatever fails meanwhile.
 * @throws where the redaction is wrong, or Secrets are among the kinds.
 */
export function startWatching(options: WatchingOptions): Watching {
  const { kinds, redaction, clock, logger } = options;
  for (const kind of kinds.owned) createRecorder(kind, createRedact(redaction, kindName(kind)));
  const stopping = new AbortController();
  const { signal } = stopping;
  const backlog = createBacklog(MOST_BACKLOG);
  const health = createHealth(logger);
  const watches = createWatches(options, backlog, health.log, signal);

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await watches.discover();
        health.discovery(undefined);
      } catch (error) {
        if (!signal.aborted) health.discovery(error);
      }
      for (const watch of watches.all()) watch.advance();
      await pause(clock, watches.all().length === 0 ? SOON : ROUND, signal);
    }
  }
  const ran = run();

  return {
    state: () => ({
      ...health.state(),
      kinds: watches.all().map((watch) => watch.state()),
      backlog: backlog.weight(),
    }),
    async stop() {
      stopping.abort();
      backlog.release();
      await ran;
      await Promise.all(watches.all().map(({ ended }) => ended));
    },
  };
}

/** A kind that is watched. */
interface Running extends KnownKind {
  readonly watch: KindWatch;
  end(): void;
}

/** The watches of all kinds; each begins once its kind is found, and ends once it is uninstalled. */
function createWatches(
  { transport, log, kinds, redaction, asked, clock, logger, metrics }: WatchingOptions,
  backlog: Backlog,
  onWritable: WatchKindOptions['onWritable'],
  signal: AbortSignal,
) {
  const options = { transport, log, redaction, asked, backlog, clock, logger, observer: metrics, onWritable };
  const running = new Map<string, Running>();
  let idle: Map<string, KnownKind> | undefined;

  function begin(kind: WatchedKind, states: Map<string, State>): Running {
    const ending = new AbortController();
    const watch = watchKind(kind, states, options, AbortSignal.any([signal, ending.signal]));
    return { kind, states, watch, end: () => ending.abort() };
  }
  return {
    all: () => [...running.values()].map(({ watch }) => watch),
    async discover() {
      idle ??= await knownKinds(log);
      const found = await discoverKinds(transport, kinds, signal);
      for (const kind of found) {
        const of = kindName(kind);
        if (signal.aborted || running.has(of)) continue;
        running.set(of, begin(kind, idle.get(of)?.states ?? new Map()));
        idle.delete(of);
      }
      const served = new Set(found.map(kindName));
      for (const [of, known] of await endUninstalled(running, served, { transport, signal }))
        idle.set(of, known);
      await recordUninstalled(idle, served, { transport, log, redaction, observer: metrics, signal });
    },
  };
}

/** Ends the watches of kinds that are no longer served. What they took must be in the log: it does not come again. */
async function endUninstalled(
  running: Map<string, Running>,
  served: ReadonlySet<string>,
  { transport, signal }: Pick<UninstalledOptions, 'transport' | 'signal'>,
): Promise<readonly (readonly [string, KnownKind])[]> {
  const ended: (readonly [string, KnownKind])[] = [];
  for (const [of, { kind, states, watch, end }] of running) {
    if (served.has(of) || watch.state().phase !== 'failing') continue;
    if (!(await isUninstalled(transport, kind, signal)) || watch.state().waiting > 0) continue;
    end();
    await watch.ended;
    running.delete(of);
    ended.push([of, { kind, states }]);
  }
  return ended;
}

/** Knows how log and discovery stand, and tells it once each time that it changes. */
function createHealth(logger: Logger) {
  const troubles = new Map<string, { readonly writable: Writable; readonly message: string }>();
  let undiscovered: string | undefined;
  return {
    state(): Pick<WatchState, 'log' | 'error'> {
      const [trouble] = troubles.values();
      const error = trouble?.message ?? undiscovered;
      return { log: trouble?.writable ?? 'writing', ...(error === undefined ? {} : { error }) };
    },
    log(of: string, writable: Writable, error?: unknown) {
      const before = troubles.get(of)?.writable ?? 'writing';
      if (writable === 'writing') troubles.delete(of);
      else troubles.set(of, { writable, message: safeMessage(error) });
      if (before === writable) return;
      if (writable === 'writing') logger.info({ kind: of }, 'the log takes events again');
      else
        logger.error({ kind: of, error }, 'the log takes no events: it is tried again, and none is left out');
    },
    discovery(error: unknown) {
      const message = error === undefined ? undefined : safeMessage(error);
      if (message !== undefined && message !== undiscovered)
        logger.warn({ error }, 'it is not known what there is to watch: it is asked again');
      undiscovered = message;
    },
  };
}
