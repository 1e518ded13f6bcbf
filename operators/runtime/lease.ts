import { pause, within } from './clock.ts';
import { LeaseEnded } from './cluster/errors.ts';
import { createLeaseRecord, type LeaseRecordOptions } from './lease-record.ts';

/** What an election needs. Times in milliseconds; those of client-go if not given: 15, 10 and 2 seconds. */
export interface ElectionOptions extends LeaseRecordOptions {
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

/** How long to give the lease back may take: the process is about to end, and the others can wait for its expiry. */
const RELEASE = 2_000;

/** How far those who want an expired lease are apart. */
const EXPIRY_SPREAD = 200;

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
      const won = await within(clock, renewDeadline, signal, record.take);
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
        await pause(clock, term ? retryPeriod : patience(retryPeriod, record.left()), signal);
      }
      stop();
      // Also where it does not lead: what was asked for last may have been granted without its hearing of it.
      await record.release(AbortSignal.timeout(RELEASE)).catch(onError);
    },
  };
}

/** Until a standby asks again: at the latest when the lease ends that it sees. Spread, so that not all ask at once. */
function patience(retryPeriod: number, left: number): number {
  const usual = retryPeriod * (1 + Math.random() * 0.2);
  return left > 0 ? Math.min(usual, left + Math.random() * EXPIRY_SPREAD) : usual;
}
