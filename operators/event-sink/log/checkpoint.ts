import { checkpointText, formatProof, openCheckpoint, sameBytes } from '@hearth/domain';
import { type EventLog, LogDamaged } from './event-log.ts';
import { type NoteSigner, proofCrypto } from './sign.ts';

/**
 * Vouches for the log as it is: a signed checkpoint (c2sp.org/tlog-checkpoint).
 * @param last the checkpoint before, where there is one.
 * @throws LogDamaged where the log does not go on from that: then nothing may be vouched for.
 */
export async function makeCheckpoint(
  log: Pick<EventLog, 'head' | 'root'>,
  signer: NoteSigner,
  last?: string,
): Promise<string> {
  if (last !== undefined) await goesOnFrom(log, last, signer.verifierKey);
  const { seq: size } = log.head();
  return signer.sign(checkpointText({ origin: signer.name, size, root: await log.root(size) }));
}

async function goesOnFrom(log: Pick<EventLog, 'head' | 'root'>, last: string, key: string): Promise<void> {
  const { size, root } = openCheckpoint(proofCrypto, last, key);
  if (size <= log.head().seq && sameBytes(root, await log.root(size))) return;
  throw new LogDamaged(`the first ${size} events are not those that were vouched for: the log was rewritten`);
}

/** Proves an event to be in the log as of a checkpoint: a text that can be checked with the log's key alone. */
export async function proveEvent(
  log: Pick<EventLog, 'prove'>,
  seq: number,
  checkpoint: string,
  key: string,
): Promise<string> {
  const { size } = openCheckpoint(proofCrypto, checkpoint, key);
  return formatProof(seq - 1, await log.prove(seq, size), checkpoint);
}
