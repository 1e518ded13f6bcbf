import type { Clock } from './clock.ts';
import { isAlreadyExists, isConflict, isNotFound } from './cluster/errors.ts';
import type { Transport } from './cluster/transport.ts';
import { Lease, type LeaseObject } from './kinds/system.ts';
import { resourcePath } from './resource.ts';

/** Which Lease, and who wants it. */
export interface LeaseRecordOptions {
  readonly transport: Pick<Transport, 'request'>;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string;
  /** Names this process among all that want to lead. */
  readonly identity: string;
  /** Milliseconds that others wait, after the last renewal that they saw, before they take the lease over; 15 s if not given. */
  readonly duration?: number;
}

/** A Lease object (coordination.k8s.io), as one of those who want it sees it. */
export interface LeaseRecord {
  /** Takes or renews the lease, where it is free or ours. False where another holds it, or was quicker. */
  take(signal: AbortSignal): Promise<boolean>;
  /** Milliseconds that another's lease still lasts, as far as this process has seen; 0 where nobody else holds it. */
  left(): number;
  /** Lets the next one lead at once, where the lease is ours. */
  release(signal: AbortSignal): Promise<void>;
}

/** A renewal that was cut off may still get in between. */
const RELEASE_TRIES = 3;

/** A Lease of which nothing is known yet. */
export function createLeaseRecord(options: LeaseRecordOptions): LeaseRecord {
  const { clock, identity, duration = 15_000 } = options;
  const wire = createWire(options);
  /** The lease as this process has left it; undefined where it does not hold it, or can't be sure of that. */
  let held: LeaseObject | undefined;
  // Outlives a write that failed: another's lease is not to seem new again because ours was turned away.
  let seen: { readonly version: string | undefined; readonly until: number } | undefined;

  /** Another's lease lasts, from when it was last seen to change, as long as it says: nobody's clock is compared. */
  const note = ({ metadata, spec }: LeaseObject) => {
    const version = metadata.resourceVersion;
    if (seen?.version === version) return;
    const { holderIdentity: holder, leaseDurationSeconds: seconds } = spec ?? {};
    const lasts = seconds === undefined ? duration : seconds * 1000;
    const isOthers = holder && holder !== identity;
    seen = { version, until: isOthers ? clock.monotonic() + lasts : Number.NEGATIVE_INFINITY };
  };
  const left = () => (seen ? Math.max(0, seen.until - clock.monotonic()) : 0);
  const hold = async (before: LeaseObject | undefined, signal: AbortSignal): Promise<boolean> => {
    // Whatever becomes of this write, unless it is answered nobody knows what is written.
    held = undefined;
    held = await wire.write(takenLease(before, options, clock.now()), signal);
    return held !== undefined;
  };

  return {
    async take(signal) {
      // Who holds it need not look at it first. Where somebody has touched it all the same, see what they did.
      if (held && (await hold(held, signal))) return true;
      const lease = await wire.read(signal);
      if (lease) note(lease);
      return lease && left() > 0 ? false : hold(lease, signal);
    },
    left,
    async release(signal) {
      for (let tries = 0; tries < RELEASE_TRIES; tries++) {
        const lease = held ?? (await wire.read(signal));
        held = undefined;
        if (lease?.spec?.holderIdentity !== identity) return;
        const spec = { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1 };
        if (await wire.write({ ...lease, spec }, signal)) return;
      }
    },
  };
}

/** Reads and writes the Lease, each once: whoever wants it tries again before long, and judges anew. */
function createWire({ transport, namespace, name }: LeaseRecordOptions) {
  const path = resourcePath(Lease, { namespace, name });
  const once = { attempts: 1, timeout: 5_000 };
  return {
    async read(signal: AbortSignal): Promise<LeaseObject | undefined> {
      try {
        return await transport.request<LeaseObject>({ ...once, method: 'GET', path, signal });
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    /** Creates or replaces it; undefined where somebody else was quicker. */
    async write(lease: LeaseObject, signal: AbortSignal): Promise<LeaseObject | undefined> {
      const target =
        lease.metadata.resourceVersion === undefined
          ? ({ method: 'POST', path: resourcePath(Lease, { namespace }) } as const)
          : ({ method: 'PUT', path } as const);
      try {
        return await transport.request<LeaseObject>({ ...once, ...target, body: lease, signal });
      } catch (error) {
        if (isConflict(error) || isAlreadyExists(error)) return undefined;
        throw error;
      }
    },
  };
}

function takenLease(
  before: LeaseObject | undefined,
  { namespace, name, identity, duration = 15_000 }: LeaseRecordOptions,
  now: Date,
): LeaseObject {
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
