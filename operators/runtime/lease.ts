import { type Clock, pause } from './clock.ts';
import { isAlreadyExists, isConflict, isNotFound, LeaseEnded } from './cluster/errors.ts';
import type { Transport } from './cluster/transport.ts';
import { Lease, type LeaseObject } from './kinds/system.ts';
import { resourcePath } from './resource.ts';

/** What an election needs. Times in milliseconds; those of client-go if not given: 15, 10 and 2 seconds. */
export interface ElectionOptions {
  readonly transport: Pick<Transport, 'request'>;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string;
  /** Names this process among all that want to lead. */
  readonly identity: string;
  /** How long others wait, after the last renewal that they saw, before they take the lease over. */
  readonly duration?: number;
  /** How long this process leads after the start of its last renewal. Less than the duration. */
  readonly renewDeadline?: number;
  /** Between two renewals, or two looks at another's lease. */
  readonly retryPeriod?: number;
  readonly onStarted: () => void;
  readonly onStopped: () => void;
  readonly onError: (error: unknown) => void;
}

/** Whether this process is the one that works. */
export interface Election {
  /** Wants to lead until the signal is aborted, then gives the lease back. Never rejects. */
  run(signal: AbortSignal): Promise<void>;
  leads(): boolean;
  /**
   * Throws LeaseEnded unless this process leads at this very moment, by its clocks: also right after it was
   * paused for longer than its lease, when no timer has had its turn yet.
   */
  gate(): void;
}

/** Until when this process leads: on the clock that never goes back, and on that which does not stop in a suspend. */
interface Term {
  readonly monotonic: number;
  readonly wall: number;
}

/** An election in which this process has no part yet. */
export function createElection(options: ElectionOptions): Election {
  const { clock, renewDeadline = 10_000, retryPeriod = 2_000, onError } = options;
  const record = createLeaseRecord(options);
  let term: Term | undefined;
  let cancelExpiry: (() => void) | undefined;

  const isWithin = (end: Term) => clock.monotonic() < end.monotonic && clock.now().getTime() < end.wall;
  const stop = () => {
    if (!term) return;
    term = undefined;
    cancelExpiry?.();
    options.onStopped();
  };
  const begin = (end: Term) => {
    const first = !term;
    term = end;
    cancelExpiry?.();
    cancelExpiry = clock.after(end.monotonic - clock.monotonic(), stop);
    if (first) options.onStarted();
  };
  const leads = () => {
    if (term && !isWithin(term)) stop();
    return term !== undefined;
  };

  const campaign = async (signal: AbortSignal) => {
    // The term counts from before the request: others can't have seen the renewal earlier than that.
    const end = { monotonic: clock.monotonic() + renewDeadline, wall: clock.now().getTime() + renewDeadline };
    try {
      const won = await record.take(AbortSignal.any([signal, AbortSignal.timeout(renewDeadline)]));
      if (won && isWithin(end) && !signal.aborted) begin(end);
      else if (!won) stop();
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
  };

  return {
    leads,
    gate() {
      if (!leads()) throw new LeaseEnded();
    },
    async run(signal) {
      while (!signal.aborted) {
        await campaign(signal);
        // Spread, so that the standbys don't all ask at the same moment.
        await pause(clock, retryPeriod * (term ? 1 : 1 + Math.random() * 0.2), signal);
      }
      const led = leads();
      stop();
      if (led) await record.release().catch(onError);
    },
  };
}

/** The Lease object, and what this process has seen of it. */
function createLeaseRecord({
  transport,
  clock,
  namespace,
  name,
  identity,
  duration = 15_000,
}: ElectionOptions) {
  const path = resourcePath(Lease, { namespace, name });
  let known: LeaseObject | undefined;
  // Outlives a write that failed: another's lease is not to seem new again because ours was turned away.
  let seen: { readonly version: string | undefined; readonly since: number } | undefined;

  const remember = (lease: LeaseObject) => {
    const version = lease.metadata.resourceVersion;
    if (!seen || version !== seen.version) seen = { version, since: clock.monotonic() };
    known = lease;
    return seen;
  };
  const write = async (method: 'POST' | 'PUT', lease: LeaseObject, signal: AbortSignal): Promise<boolean> => {
    const target = method === 'POST' ? resourcePath(Lease, { namespace }) : path;
    try {
      remember(
        await transport.request<LeaseObject>({
          method,
          path: target,
          body: lease,
          signal,
          attempts: 1,
          timeout: 5_000,
        }),
      );
      return true;
    } catch (error) {
      // Whatever has been written by somebody else is to be read before it is judged.
      known = undefined;
      if (isConflict(error) || isAlreadyExists(error)) return false;
      throw error;
    }
  };
  const read = async (signal: AbortSignal): Promise<LeaseObject | undefined> => {
    try {
      return await transport.request<LeaseObject>({
        method: 'GET',
        path,
        signal,
        attempts: 1,
        timeout: 5_000,
      });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };

  return {
    /** Takes or renews the lease, where it is free or ours. False where another holds it. */
    async take(signal: AbortSignal): Promise<boolean> {
      if (known?.spec?.holderIdentity !== identity) {
        const lease = await read(signal);
        if (!lease)
          return write(
            'POST',
            takenLease(undefined, { namespace, name, identity, duration }, clock.now()),
            signal,
          );
        const { since } = remember(lease);
        const holder = lease.spec?.holderIdentity;
        if (holder && holder !== identity && clock.monotonic() - since < heldFor(lease, duration))
          return false;
      }
      return write('PUT', takenLease(known, { namespace, name, identity, duration }, clock.now()), signal);
    },
    /** Lets the next one lead at once. */
    async release(): Promise<void> {
      if (!known) return;
      const spec = { ...known.spec, holderIdentity: '', leaseDurationSeconds: 1 };
      await write('PUT', { ...known, spec }, AbortSignal.timeout(2_000));
    },
  };
}

/** Another's lease lasts as long as that one says. */
function heldFor(lease: LeaseObject, duration: number): number {
  const seconds = lease.spec?.leaseDurationSeconds;
  return seconds === undefined ? duration : seconds * 1000;
}

function takenLease(
  before: LeaseObject | undefined,
  self: {
    readonly namespace: string;
    readonly name: string;
    readonly identity: string;
    readonly duration: number;
  },
  now: Date,
): LeaseObject {
  const { namespace, name, identity, duration } = self;
  const renewTime = now.toISOString().replace('Z', '000Z');
  const same = before?.spec?.holderIdentity === identity;
  return {
    apiVersion: Lease.apiVersion,
    kind: Lease.kind,
    metadata: before?.metadata ?? { namespace, name },
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(duration / 1000),
      acquireTime: same ? (before.spec?.acquireTime ?? renewTime) : renewTime,
      renewTime,
      leaseTransitions: (before?.spec?.leaseTransitions ?? 0) + (before && !same ? 1 : 0),
    },
  };
}
