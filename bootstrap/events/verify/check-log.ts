import { createAuditor, ProofError, parsePart } from '@hearth/domain';
import { proofCrypto } from './crypto.ts';
import { asSentence, type Verdict } from './verdict.ts';
import { openWitnesses, type Witnesses } from './witness.ts';

/** Checks a log, given as lines of its parts, against itself and against what witnesses vouch for. */
export async function checkLog(lines: AsyncIterable<string>, witnesses: Witnesses): Promise<Verdict> {
  const { heads, findings: unsigned } = openWitnesses(witnesses);
  const auditor = createAuditor(proofCrypto.sha256, heads);
  let seals = 0;
  for await (const line of lines) {
    const part = partOf(line);
    if (part === undefined) return { holds: [], findings: [...unsigned, UNREADABLE], open: [] };
    auditor.take(part);
    if (part.part === 'seal') seals += 1;
  }
  const { head, findings } = auditor.result();
  const wrong = [...unsigned, ...findings.map(({ problem }) => asSentence(problem))];
  const sizes = heads.map(({ size }) => size);
  return {
    findings: wrong,
    holds: wrong.length > 0 ? [] : holding(head.seq, seals, sizes),
    open: sizes.length > 0 ? [] : [NO_WITNESS],
  };
}

const UNREADABLE = 'What the log says of itself can’t be read from here on.';
const NO_WITNESS =
  'No checkpoint vouches for the log: whoever may write to its volume could have written all of it anew. ' +
  'Give one with --checkpoint FILE --key KEY.';

function partOf(line: string) {
  try {
    return parsePart(line);
  } catch (error) {
    if (error instanceof ProofError) return undefined;
    throw error;
  }
}

function holding(events: number, seals: number, sizes: readonly number[]): readonly string[] {
  const sealed = seals === 0 ? '' : `, and so ${seals === 1 ? 'does its seal' : `do its ${seals} seals`}`;
  const chain = `The chain of ${count(events, 'event')} holds${sealed}.`;
  if (sizes.length === 0) return [chain];
  const vouch = sizes.length === 1 ? 'A checkpoint vouches' : `${sizes.length} checkpoints vouch`;
  return [chain, `${vouch} for the first ${Math.max(...sizes)} of them, and they are the same.`];
}

const count = (number: number, thing: string): string => `${number} ${thing}${number === 1 ? '' : 's'}`;
