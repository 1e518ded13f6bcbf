import { type Clock, pause } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import type { Wire } from '../api/wire.ts';

/** Milliseconds between two heartbeats, and how far they are spread. */
const EVERY = 30_000;
const JITTER = 0.2;
const MERGE = 'application/merge-patch+json';

/** Renews the machine's Lease until the signal is aborted. NIO sees that it changes; whose clock it names is no matter. */
export async function beat(
  { wire, namespace, machine, clock, logger }: HeartbeatOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
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
    } catch (error) {
      if (!signal.aborted) logger.debug({ error }, 'a heartbeat was not heard');
    }
    await pause(clock, EVERY * (1 - JITTER / 2 + Math.random() * JITTER), signal);
  }
}

/** What a heartbeat needs. */
export interface HeartbeatOptions {
  readonly wire: Wire;
  readonly namespace: string;
  readonly machine: string;
  readonly clock: Clock;
  readonly logger: Logger;
}
