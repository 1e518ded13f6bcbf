import { kindName } from '@hearth/domain';
import type { Kind, Logger, Transport } from '@hearth/runtime';
import { safeMessage } from '@hearth/runtime';
import type { Clock } from '@hearth/runtime/clock';
import { type ReflectorOptions, reflect } from '@hearth/runtime/watch/reflector';
import type { Asked } from '../admission/asked.ts';
import type { EventLog, NewEvent } from '../log/event-log.ts';
import { createRecorder, type Received, type State } from '../record/record.ts';
import { createRedact, type Redaction } from '../record/redact.ts';
import type { Backlog } from './backlog.ts';
import { type Changes, createChanges, type Step } from './changes.ts';
import type { WatchedKind } from './kinds.ts';
import { createWriting, type Writable, type WritingOptions } from './writing.ts';

/** How it stands with one kind. */
export interface KindState {
  /** Its `kindName`. */
  readonly of: string;
  /** `failing`: nothing comes in; it is tried again. */
  readonly phase: 'listing' | 'watching' | 'failing';
  /** What went wrong last, while it does. */
  readonly error?: string;
  readonly resources: number;
  /** Events that were taken and are not in the log yet. */
  readonly waiting: number;
}

/** Counts what happens; metrics are made of it. */
export interface WatchObserver {
  recorded(of: string, events: readonly NewEvent[]): void;
  failed(of: string): void;
}

/** What the watch of each kind needs. */
export interface WatchKindOptions {
  readonly transport: Pick<Transport, 'request' | 'stream'>;
  readonly log: Pick<EventLog, 'append' | 'cursors'>;
  readonly redaction: Redaction;
  /** Who asked for what comes about, where that is listened to. */
  readonly asked: Asked | undefined;
  readonly backlog: Backlog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly observer?: WatchObserver | undefined;
  readonly onWritable: (of: string, writable: Writable, error?: unknown) => void;
}

/** The watch of one kind. */
export interface KindWatch {
  state(): KindState;
  /** Records how far the watch has come where nothing happened, so that a restart needs no list. */
  advance(): void;
  /** Resolves when the signal was given and all that was taken is in the log, or can't be. */
  readonly ended: Promise<void>;
}

/** Objects in one page of a list: it is recorded as a whole. */
const PAGE_SIZE = 200;

/** Records all that happens to one kind, from where the log ends, until the signal is given. */
export function watchKind(
  kind: WatchedKind,
  states: Map<string, State>,
  options: WatchKindOptions,
  signal: AbortSignal,
): KindWatch {
  const { transport, log, redaction, asked, backlog, clock, logger, observer } = options;
  const of = kindName(kind);
  const cursor = log.cursors().get(of);
  const changes = createChanges({
    recorder: createRecorder(kind, createRedact(redaction, of), asked),
    states,
    known: cursor !== undefined,
    quiet: kind.quiet ?? false,
  });
  const writing = createWriting(writingOptions(of, options), signal);
  const progress = createProgress(cursor ? 'watching' : 'listing', (step) => writing.push(step));
  const onError = (error: unknown) => {
    logger.warn({ kind: of, error }, 'the watch failed and is tried again');
    observer?.failed(of);
    progress.failed(error);
  };
  const reflected = reflect(
    {
      transport,
      kind: servedAs(kind),
      selector: kind.selector,
      // An empty one: a list had begun, and was not whole.
      from: cursor === '' ? undefined : cursor,
      pageSize: PAGE_SIZE,
      clock,
      store: { ...storeOver(changes, progress), room: backlog.room },
      onError,
    },
    signal,
  );
  return {
    state: () => ({ of, ...progress.state(), resources: changes.size(), waiting: writing.waiting() }),
    advance: progress.advance,
    ended: reflected.then(() => {
      progress.advance();
      return writing.done();
    }),
  };
}

function writingOptions(of: string, options: WatchKindOptions): WritingOptions {
  const { log, backlog, clock, logger, observer } = options;
  return {
    log,
    of,
    backlog,
    clock,
    onRecorded(events) {
      observer?.recorded(of, events);
      if (events.some(({ type }) => type === 'gap'))
        logger.warn({ kind: of }, 'the API server had forgotten what happened: a gap is recorded');
    },
    onChange: (writable, error) => options.onWritable(of, writable, error),
  };
}

type Progress = ReturnType<typeof createProgress>;

/** Takes what a reflector brings. It brings objects as the API server sends them. */
function storeOver(changes: Changes, progress: Progress): ReflectorOptions['store'] {
  return {
    listing() {
      changes.listing();
      progress.to('listing');
    },
    page: (objects, version) => progress.take(changes.page(objects as readonly Received[], version)),
    listed(version) {
      progress.to('watching');
      progress.take(changes.listed(version));
    },
    put: (object) => progress.take(changes.put(object as Received)),
    remove: (object) => progress.take(changes.remove(object as Received)),
    bookmark: progress.bookmark,
    watching: progress.works,
  };
}

/** Follows how far a watch is, and hands on what it took. */
function createProgress(begin: KindState['phase'], push: (step: Step) => void) {
  let phase = begin;
  let error: string | undefined;
  let bookmark: string | undefined;
  const works = () => {
    if (phase === 'failing') phase = 'watching';
    error = undefined;
  };
  return {
    state: () => (error === undefined ? { phase } : { phase, error }),
    works,
    to(next: 'listing' | 'watching') {
      // A list that is asked for again has not come yet.
      if (phase !== 'failing' || next === 'watching') phase = next;
      if (next === 'watching') error = undefined;
      bookmark = undefined;
    },
    take(step: Step | undefined) {
      if (step === undefined) return;
      if (step.resourceVersion !== '') works();
      bookmark = undefined;
      push(step);
    },
    failed(reason: unknown) {
      phase = 'failing';
      error = safeMessage(reason);
    },
    bookmark(resourceVersion: string) {
      works();
      bookmark = resourceVersion;
    },
    advance() {
      if (bookmark !== undefined) push({ events: [], resourceVersion: bookmark, weight: 0 });
      bookmark = undefined;
    },
  };
}

const servedAs = ({ group, version, kind, plural, namespaced }: WatchedKind): Kind => ({
  apiVersion: group === '' ? version : `${group}/${version}`,
  kind,
  plural,
  namespaced,
});
