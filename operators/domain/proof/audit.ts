import { sameBytes, utf8 } from './bytes.ts';
import { type Extent, emptyExtent, extend, isNumbered, seal } from './chain.ts';
import type { TreeHead } from './checkpoint.ts';
import { leafHash, rootOf, type Sha256 } from './merkle.ts';

/** A stretch of an event log, as it is checked. */
export type LogPart =
  /** An event. */
  | { readonly part: 'event'; readonly seq: number; readonly text: string; readonly hash: Uint8Array }
  /** Events that are in an archive, by their leaf hashes, and those among them that are still here. */
  | {
      readonly part: 'pruned';
      readonly first: number;
      readonly leaves: readonly Uint8Array[];
      readonly kept: readonly { readonly seq: number; readonly text: string }[];
    }
  /** Comes after the last event of a complete segment: what was noted of it. */
  | {
      readonly part: 'seal';
      readonly first: number;
      readonly last: number;
      readonly root: Uint8Array;
      readonly hash: Uint8Array;
    }
  /** Something beside the events that is not as it was written, in a sentence; or that the log can't be read further. */
  | { readonly part: 'damage'; readonly problem: string };

/** Something that is not as it was written. */
export interface Finding {
  /** The event by which it shows. */
  readonly seq: number;
  /** What is wrong, in a sentence. */
  readonly problem: string;
}

/** What a check has come to. */
export interface Audit {
  readonly head: { readonly seq: number; readonly hash: Uint8Array };
  readonly findings: readonly Finding[];
}

/** Checks a log as its parts come. */
export interface Auditor {
  take(part: LogPart): void;
  /** To be asked once, after the last part. */
  result(): Audit;
}

/** How far a check has come: what came so far, as far as it is there, and the number that the next event must have. */
interface Progress extends Extent {
  readonly next: number;
}

/** More of one kind say no more. */
const ENOUGH = 100;

/**
 * Checks chain, seals and checkpoints. The chain finds what was changed or removed in the middle; that the end is
 * missing, or that everything was written anew, only the checkpoints find, which must come from outside of the log.
 */
export function createAuditor(sha256: Sha256, checkpoints: readonly TreeHead[]): Auditor {
  const findings: Finding[] = [];
  const find = (seq: number, problem: string) => {
    if (findings.length < ENOUGH) findings.push({ seq, problem });
  };
  const waiting = checkpoints.toSorted((a, b) => a.size - b.size);
  let at: Progress = { ...emptyExtent, next: 1 };

  /** Compares with what checkpoints say of the events so far. */
  function compare(): void {
    for (let due = waiting[0]; due !== undefined && due.size < at.next; due = waiting[0]) {
      waiting.shift();
      if (due.size === at.next - 1 && sameBytes(due.root, rootOf(sha256, at.tree))) continue;
      find(
        due.size,
        `the first ${due.size} events are not those that the checkpoint of that size vouches for`,
      );
    }
  }

  function advance(leaf: Uint8Array): void {
    at = { ...extend(sha256, at, leaf), next: at.next + 1 };
    compare();
  }

  /** Whether events are missing before this one. Goes on behind the hole. */
  function isHoleBefore(seq: number): boolean {
    if (seq === at.next) return false;
    find(seq, `after event ${at.next - 1} comes event ${seq}`);
    at = { ...at, next: seq };
    return true;
  }

  function takeEvent({ seq, text, hash }: LogPart & { part: 'event' }): void {
    const isAfterHole = isHoleBefore(seq);
    if (!isNumbered(text, seq)) find(seq, `event ${seq} says that it is another`);
    advance(leafHash(sha256, utf8(text)));
    if (!isAfterHole && !sameBytes(at.hash, hash)) {
      find(seq, `event ${seq} does not fit the chain: it, its hash or the hash before it was changed`);
    }
    // Goes on from what is there, so that one change is one finding.
    at = { ...at, hash };
  }

  function takePruned({ first, leaves, kept }: LogPart & { part: 'pruned' }): void {
    isHoleBefore(first);
    for (const { seq, text } of kept) {
      const leaf = leaves[seq - first];
      const isSame = leaf !== undefined && sameBytes(leaf, leafHash(sha256, utf8(text)));
      if (!isSame || !isNumbered(text, seq)) find(seq, `event ${seq} is not the one that was archived`);
    }
    leaves.forEach(advance);
  }

  function takeSeal({ first, last, root, hash }: LogPart & { part: 'seal' }): void {
    const isInPlace = last === at.next - 1 && last - first + 1 === at.segment.size;
    if (!isInPlace || !sameBytes(root, rootOf(sha256, at.segment)) || !sameBytes(hash, at.hash)) {
      find(last, `the seal of events ${first} to ${last} does not fit them`);
    }
    at = { ...at, ...seal(at), hash };
  }

  compare();
  return {
    take(part) {
      if (part.part === 'event') takeEvent(part);
      else if (part.part === 'pruned') takePruned(part);
      else if (part.part === 'seal') takeSeal(part);
      else find(at.next - 1, part.problem);
    },
    result() {
      const last = at.next - 1;
      for (const { size } of waiting) {
        find(last, `the log ends at event ${last}, but a checkpoint vouches for ${size}`);
      }
      return { head: { seq: last, hash: at.hash }, findings };
    },
  };
}
