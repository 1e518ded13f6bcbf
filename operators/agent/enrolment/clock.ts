import type { Clock } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import type { System } from '../system/system.ts';
import type { EnrolmentClient } from './client.ts';

/** Milliseconds by which a clock may be off: certificates and fetching over TLS bear that much. */
const TOLERANCE = 5 * 60_000;

/** What is needed to have the right time. */
export interface KeepClockOptions {
  readonly client: Pick<EnrolmentClient, 'time'>;
  readonly system: Pick<System, 'setClock'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Sets the clock by NIO's where it is far off, as that of a machine without a battery is. NIO is known by its key, so
 * its word needs no clock; but the API server is known by a certificate, and so is wherever Nix fetches from: they need
 * one. The agent's own waiting is by a clock that nobody sets.
 */
export async function keepClock({ client, system, clock, logger }: KeepClockOptions): Promise<void> {
  try {
    const right = await client.time();
    const off = Math.abs(right.getTime() - clock.now().getTime());
    if (off < TOLERANCE) return;
    logger.warn(
      { offBySeconds: Math.round(off / 1000) },
      'the clock of this machine is wrong; it is set by NIO’s',
    );
    await system.setClock(right);
  } catch (error) {
    logger.debug({ error }, 'the clock could not be compared with NIO’s');
  }
}

/** Whether an error comes of comparing a certificate's dates with a clock that may be wrong. */
export function isClockError(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('code' in cause && (cause.code === 'CERT_HAS_EXPIRED' || cause.code === 'CERT_NOT_YET_VALID'))
      return true;
  return false;
}
