import { ProofError } from '@hearth/domain';
import type { Clock } from '@hearth/runtime/clock';
import { type Logger, safeMessage } from '@hearth/runtime/log';
import type { SignedCheckpoint } from '../http/sink.ts';
import { makeCheckpoint } from '../log/checkpoint.ts';
import { type EventLog, LogDamaged } from '../log/event-log.ts';
import type { NoteSigner } from '../log/sign.ts';
import { isDue, type Often } from './due.ts';
import type { CheckpointStore } from './store.ts';

/** What checkpoints are made with. */
export interface CheckpointParts {
  readonly log: Pick<EventLog, 'head' | 'root' | 'onAppend'>;
  readonly signer: NoteSigner;
  readonly store: CheckpointStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly often?: Often;
}

/** How far the log is vouched for. */
export interface Vouching {
  /** Events that the last checkpoint vouches for. */
  readonly vouched: number;
  /** Seconds for which events have waited to be vouched for. */
  readonly waiting: number;
  /** The log does not go on from what was vouched for, or somebody else vouched for another. */
  readonly refused: boolean;
}

/** Vouches for the log as it grows. */
export interface CheckpointKeeper {
  /** The last checkpoint, as it stands outside of the volume. */
  last(): SignedCheckpoint | undefined;
  vouching(): Vouching;
  /** Makes a last one, where there is something to vouch for. */
  stop(): Promise<void>;
}

/** A home makes some events a minute; who rewrites the log within these times is found out by no checkpoint. */
const OFTEN: Often = { events: 1000, milliseconds: 60_000 };
/** How often the time is looked at, in milliseconds. */
const TICK = 15_000;

/**
 * Writes a checkpoint every so often, and never one that does not go on from the last: a log that was rewritten, or a
 * volume that was changed for an older one, is refused until a person has looked at it.
 */
export function keepCheckpoints({ often = OFTEN, ...parts }: CheckpointParts): CheckpointKeeper {
  const { log, clock } = parts;
  const state = { vouched: 0, since: clock.monotonic(), refused: false };
  let tried = { size: 0, at: clock.monotonic() };
  let last: SignedCheckpoint | undefined;
  let running: Promise<void> | undefined;

  const vouchNow = async () => {
    tried = { size: log.head().seq, at: clock.monotonic() };
    try {
      last = (await vouch(parts, tried.size)) ?? last;
      Object.assign(state, { vouched: tried.size, since: tried.at, refused: false });
    } catch (error) {
      // That nobody could be asked meanwhile clears nothing.
      state.refused = tell(error, parts.logger) || state.refused;
    }
  };
  const once = () => {
    running ??= vouchNow().finally(() => {
      running = undefined;
    });
    return running;
  };
  const look = () => {
    const [fresh, waited] = [log.head().seq - tried.size, clock.monotonic() - tried.at];
    const waits = log.head().seq > state.vouched;
    if (isDue({ fresh, waits, waited }, often)) void once();
  };

  const deafen = log.onAppend(look);
  const quiet = every(clock, TICK, look);
  void once();

  return {
    last: () => last,
    vouching: () => ({
      vouched: state.vouched,
      waiting: log.head().seq > state.vouched ? (clock.monotonic() - state.since) / 1000 : 0,
      refused: state.refused,
    }),
    async stop() {
      deafen();
      quiet();
      await running;
      if (log.head().seq > state.vouched) await once();
    },
  };
}

/** Calls again and again, until the returned function is called. */
function every(clock: Clock, milliseconds: number, call: () => void): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(milliseconds, () => {
      call();
      next();
    });
  };
  next();
  return () => cancel();
}

/** Vouches for the `size` events that there are; undefined where there is nothing to vouch for yet. */
async function vouch(
  { log, signer, store }: CheckpointParts,
  size: number,
): Promise<SignedCheckpoint | undefined> {
  const { checkpoint: before, version } = await store.read();
  if (before === undefined && size === 0) return undefined;
  const key = signer.verifierKey;
  const checkpoint = await makeCheckpoint(log, signer, before);
  // Ed25519 gives the same text for the same log: nothing to write.
  if (checkpoint !== before) await store.write({ checkpoint, key }, version);
  return { checkpoint, key };
}

/** Says what went wrong; whether it is that the log must not be vouched for. */
function tell(error: unknown, logger: Logger): boolean {
  const refused = error instanceof LogDamaged || error instanceof ProofError;
  if (refused) {
    logger.error(
      { error: safeMessage(error) },
      'the log is not vouched for any more: it does not go on from its last checkpoint',
    );
  } else {
    logger.warn({ error: safeMessage(error) }, 'no checkpoint could be written; it is tried again');
  }
  return refused;
}
