import { type BackoffOptions, backoffDelay } from '../backoff.ts';
import { abortWith, type Clock, pause } from '../clock.ts';
import { ApiError, isExpired, type StatusBody } from '../cluster/errors.ts';
import type { Transport } from '../cluster/transport.ts';
import { compareVersions, type Kind, type Resource, resourcePath } from '../resource.ts';
import { splitLines } from './lines.ts';
import {
  initialReflectorState,
  nextReflectorState,
  type ReflectorInput,
  type ReflectorState,
} from './reflector-state.ts';

/** What a reflector fills. */
interface ReflectorStore {
  /** A list is about to be asked for; forget the pages of one that was not finished. */
  listing(): void;
  /** Part of a list, and the version of that. */
  page(objects: readonly Resource[], resourceVersion: string): void;
  /** The list, of this version, is whole: put its pages in place of all that was there. */
  listed(resourceVersion: string): void;
  put(object: Resource): void;
  remove(object: Resource): void;
  /** There was no change up to this version but those that were told. */
  bookmark?(resourceVersion: string): void;
  /** A watch is open: what happens from now on will be told. */
  watching?(): void;
  /**
   * Undefined while more can be taken. Otherwise nothing is handed over until it resolves: a watch ends, and goes on
   * later where it was, for as long as the server remembers that.
   */
  room?(): Promise<void> | undefined;
}

/** What a reflector needs. Times in milliseconds. */
export interface ReflectorOptions {
  readonly transport: Pick<Transport, 'request' | 'stream'>;
  readonly kind: Kind;
  readonly selector?: string | undefined;
  /** Of this namespace alone. */
  readonly namespace?: string | undefined;
  /** By what stands in the objects: whoever may see one object alone has to say so, `metadata.name=NAME`. */
  readonly fieldSelector?: string | undefined;
  readonly store: ReflectorStore;
  /** The version that the store stands at already. Without it, all begins with a list. */
  readonly from?: string | undefined;
  readonly clock: Clock;
  /** Told of everything that goes wrong, and of the state that it went wrong in. */
  readonly onError: (error: unknown, state: ReflectorState) => void;
  readonly pageSize?: number;
  /** A watch without a byte for this long is dead: the server sends a bookmark about every minute. */
  readonly silence?: number;
  readonly backoff?: BackoffOptions;
}

/** However long the API server was away: so soon after its return a cache is whole again. */
const BACKOFF: BackoffOptions = { first: 500, longest: 15_000 };
/** A watch that ends sooner than this, without an event, was refused in all but name. */
const EARLY = 1_000;
/** The server ends a watch after this many seconds, spread so that not all end at once. */
const WATCH_SECONDS = 300;

interface ListAnswer {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items: readonly Resource[] | null;
}

type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly object: Resource }
  | { readonly type: 'ERROR'; readonly object: StatusBody };

/** Keeps a store like the cluster until the signal is aborted. It never stops by itself and never rejects. */
export async function reflect(options: ReflectorOptions, signal: AbortSignal): Promise<void> {
  const { clock, store, onError, backoff = BACKOFF } = options;
  let state = await beginning(options, signal);
  const advance = (input: ReflectorInput): boolean => {
    const step = nextReflectorState(state, input);
    state = step.state;
    return step.pause;
  };
  while (!signal.aborted) {
    let slow: boolean;
    let asked = 0;
    await store.room?.();
    if (signal.aborted) return;
    try {
      slow = advance(await act(options, state, advance, signal));
    } catch (error) {
      if (signal.aborted) return;
      const type = meaningOf(error);
      if (type !== 'expired') onError(error, state);
      slow = advance({ type });
      asked = Math.min(askedPause(error), backoff.longest);
    }
    if (slow) await pause(clock, asked + backoffDelay(state.failures, backoff), signal);
  }
}

/** Where to begin. A server that can't say yet whether it was set back is watched: that will show. */
async function beginning(options: ReflectorOptions, signal: AbortSignal): Promise<ReflectorState> {
  const { from } = options;
  if (from === undefined) return initialReflectorState;
  const setBack = await isSetBack(options, from, signal).catch(() => false);
  return setBack ? initialReflectorState : { phase: 'watch', resourceVersion: from, failures: 0 };
}

/**
 * What an error means to the state machine. A server that refuses for now (429), or does not know us yet (as 401 and
 * 403 right after its start), still knows where we were: all its watchers need not list again at once.
 */
function meaningOf(error: unknown): 'expired' | 'refused' | 'failed' {
  if (isExpired(error)) return 'expired';
  return error instanceof ApiError && (error.status === 400 || error.status === 404) ? 'refused' : 'failed';
}

/** Milliseconds that the server asks to be left in peace. */
function askedPause(error: unknown): number {
  return error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
}

/** Does what the state says, until there is something new to tell the state machine. */
function act(
  options: ReflectorOptions,
  state: ReflectorState,
  advance: (input: ReflectorInput) => boolean,
  signal: AbortSignal,
): Promise<ReflectorInput> {
  return state.phase === 'list'
    ? page(options, state.continueToken, signal)
    : watch(options, state.resourceVersion, advance, signal);
}

/** Asks for one page of the list. */
async function page(
  options: ReflectorOptions,
  continueToken: string | undefined,
  signal: AbortSignal,
): Promise<ReflectorInput> {
  const { store, pageSize = 500 } = options;
  if (continueToken === undefined) store.listing();
  const { metadata, items } = await list(options, { limit: pageSize, continue: continueToken }, signal);
  const { resourceVersion, continue: next } = metadata;
  // To watch from no version is to be told what there is, and never of what is gone.
  if (!resourceVersion) throw new Error('the API server answers with a list that has no resource version');
  store.page(items ?? [], resourceVersion);
  if (!next) store.listed(resourceVersion);
  return { type: 'page', resourceVersion, continueToken: next || undefined };
}

function list(
  { transport, kind, selector, namespace, fieldSelector }: ReflectorOptions,
  query: { readonly limit: number; readonly continue?: string | undefined },
  signal: AbortSignal,
): Promise<ListAnswer> {
  return transport.request<ListAnswer>({
    method: 'GET',
    path: resourcePath(kind, { namespace }),
    query: { ...query, labelSelector: selector, fieldSelector },
    signal,
  });
}

/**
 * Whether the server stands at a version before ours, as after its data were restored from a backup. It does not
 * refuse to watch from there, but keeps back all that happens until it has counted as far again.
 */
async function isSetBack(options: ReflectorOptions, resourceVersion: string, signal: AbortSignal) {
  const guard = createGuard(options, signal);
  try {
    const { metadata } = await list(options, { limit: 1 }, guard.signal);
    return (compareVersions(metadata.resourceVersion, resourceVersion) ?? 0) < 0;
  } finally {
    guard.end();
  }
}

/** Watches until the stream ends, one way or another; each event is stored and advances the state by itself. */
async function watch(
  options: ReflectorOptions,
  resourceVersion: string,
  advance: (input: ReflectorInput) => boolean,
  signal: AbortSignal,
): Promise<ReflectorInput> {
  const { transport, kind, selector, namespace, fieldSelector, store, clock } = options;
  const guard = createGuard(options, signal);
  let version = resourceVersion;
  const begun = clock.monotonic();
  let events = 0;
  const lines = splitLines((line) => {
    if (store.room?.()) throw new NoRoom();
    events++;
    version = storeEvent(store, JSON.parse(line));
    advance({ type: 'event', resourceVersion: version });
  });
  const query = {
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion,
    timeoutSeconds: Math.round(WATCH_SECONDS * (1 + Math.random())),
    labelSelector: selector,
    fieldSelector,
  };
  try {
    const request = {
      method: 'GET',
      path: resourcePath(kind, { namespace }),
      query,
      onHead: (status: number) => void (status < 300 && store.watching?.()),
      signal: guard.signal,
    } as const;
    await transport.stream(request, (chunk) => guard.hear(() => lines(chunk)));
  } catch (error) {
    if (!guard.silent() && !guard.failure()) throw error;
  } finally {
    guard.end();
  }
  const failure = guard.failure();
  if (failure instanceof NoRoom) return { type: 'closed', early: false };
  if (failure) throw failure;
  if (guard.silent()) return { type: (await isSetBack(options, version, signal)) ? 'expired' : 'silent' };
  return { type: 'closed', early: events === 0 && clock.monotonic() - begun < EARLY };
}

/** The store can't take the next event now. */
class NoRoom extends Error {}

/** Stores one event; returns the version that it brings the store to. */
function storeEvent(store: ReflectorStore, event: WatchEvent): string {
  const { type, object } = event;
  if (type === 'ERROR') throw new ApiError({ method: 'WATCH', path: '' }, object.code ?? 0, object);
  const { resourceVersion } = object.metadata;
  if (!resourceVersion) throw new Error('the API server sends an event that has no resource version');
  if (type === 'DELETED') store.remove(object);
  else if (type === 'ADDED' || type === 'MODIFIED') store.put(object);
  else if (type === 'BOOKMARK') store.bookmark?.(resourceVersion);
  else throw new Error(`the API server sends an event of an unknown type, ${type}`);
  return resourceVersion;
}

/**
 * Aborts a stream on which nothing is heard, whose receiver fails, or that nobody wants any more. One timer, that
 * looks at the clock when it fires, however much is heard.
 */
function createGuard({ clock, silence = 100_000 }: ReflectorOptions, signal: AbortSignal) {
  const controller = new AbortController();
  const letGo = abortWith(controller, signal);
  let last = clock.monotonic();
  let silent = false;
  let failure: Error | undefined;
  const look = () => {
    const left = last + silence - clock.monotonic();
    if (left > 0) {
      cancel = clock.after(left, look);
      return;
    }
    silent = true;
    controller.abort(new Error(`nothing was heard for ${silence / 1000} s`));
  };
  let cancel = clock.after(silence, look);
  return {
    signal: controller.signal,
    hear(receive: () => void) {
      last = clock.monotonic();
      if (failure) return;
      try {
        receive();
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
        controller.abort(failure);
      }
    },
    silent: () => silent,
    failure: () => failure,
    end() {
      letGo();
      cancel();
    },
  };
}
