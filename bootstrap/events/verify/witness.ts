import { openCheckpoint, ProofError, type TreeHead } from '@hearth/domain';
import { proofCrypto } from './crypto.ts';
import { asSentence } from './verdict.ts';

/** A checkpoint, and where it comes from. */
export interface Note {
  readonly from: string;
  readonly text: string;
}

/** What stands outside of a log and says what it was. */
export interface Witnesses {
  readonly notes: readonly Note[];
  /** The key that they must be signed with, `NAME+ID+KEY`; without it they say nothing. */
  readonly key: string | undefined;
}

/** What the checkpoints of witnesses vouch for, and which of them are none. */
export function openWitnesses({ notes, key }: Witnesses): {
  readonly heads: readonly TreeHead[];
  readonly findings: readonly string[];
} {
  if (key === undefined) return { heads: [], findings: [] };
  const heads: TreeHead[] = [];
  const findings: string[] = [];
  for (const { from, text } of notes) {
    try {
      heads.push(openCheckpoint(proofCrypto, text, key));
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
      findings.push(asSentence(`${from}: ${error.message}`));
    }
  }
  return { heads, findings };
}
