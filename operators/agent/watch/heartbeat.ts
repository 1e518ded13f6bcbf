import { abortWith, type Clock, pause } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import type { Wire } from '../api/wire.ts';

/** Milliseconds between two heartbeats, and how far they are spread. */
const EVERY = 30_000;
/** While NIO’s answer is waited for, which it gives to a machine that it has heard since it was asked. */
const WAITING = 3_000;
const JITTER = 0.2;
const MERGE = 'application/merge-patch+json';

/** What tells NIO, again and again, that the machine is there. */
export interface Heart {
  /** Looks anew how soon it has to beat. */
  wake(): void;
  /** Renews the machine's Lease until the signal is aborted. NIO sees that it changes; whose clock it names is no matter. */
  run(signal: AbortSignal): Promise<void>;
}

/** What a heartbeat needs. */
export interface HeartbeatOptions {
  readonly wire: Wire;
  readonly namespace: string;
  readonly machine: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the agent waits for NIO to confirm that it is heard. */
  isWaiting(): boolean;
}

/** A heart that does not beat yet. */
export function createHeart(options: HeartbeatOptions): Heart {
  const { clock, logger, isWaiting } = options;
  let waking = new AbortController();
  return {
    wake() {
      if (isWaiting()) waking.abort();
    },
    async run(signal) {
      while (!signal.aborted) {
        waking = new AbortController();
        const letGo = abortWith(waking, signal);
        try {
          await beat(options, signal);
        } catch (error) {
          if (!signal.aborted) logger.debug({ error }, 'a heartbeat was not heard');
        }
        const every = isWaiting() ? WAITING : EVERY;
        await pause(clock, every * (1 - JITTER / 2 + Math.random() * JITTER), waking.signal);
        letGo();
      }
    },
  };
}

async function beat(
  { wire, namespace, machine, clock }: HeartbeatOptions,
  signal: AbortSignal,
): Promise<void> {
  await wire.request({
    method: 'PATCH',
    path: `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/machine-${machine}`,
    query: { fieldManager: 'hearth-agent' },
    contentType: MERGE,
    attempts: 1,
    signal,
    body: {
      spec: {
        holderIdentity: machine,
        leaseDurationSeconds: (3 * EVERY) / 1000,
        renewTime: clock.now().toISOString().replace('Z', '000Z'),
      },
    },
  });
}
