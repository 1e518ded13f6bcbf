import { writeFile } from 'node:fs/promises';
import { ProofError, utf8, verifyProof } from '@hearth/domain';
import { Failure } from '../../failure.ts';
import type { SinkClient } from '../ask-sink.ts';
import { eventFileOf } from './check-files.ts';
import { proofCrypto } from './crypto.ts';

/** A proof that was checked. */
export interface Proven {
  readonly proof: string;
  /** The event's JSON, to the letter. */
  readonly event: string;
  /** The key that it is to be checked with. */
  readonly key: string;
  /** What it says. */
  readonly holds: string;
}

/** Has the sink prove that an event is in its log. @throws Failure where what it says is no proof. */
export async function proveEvent(sink: Pick<SinkClient, 'proof'>, seq: number): Promise<Proven> {
  const answer = await sink.proof(seq);
  try {
    const { origin, size } = verifyProof(proofCrypto, answer.proof, utf8(answer.event), answer.key);
    return { ...answer, holds: `Event ${seq} is one of the first ${size} of the log ${origin}.` };
  } catch (cause) {
    if (!(cause instanceof ProofError)) throw cause;
    throw new Failure(
      `The event sink can’t prove event ${seq} (${cause.message}): kiko events verify says what is wrong.`,
      { cause },
    );
  }
}

/** Keeps a proof in a file, and the event in another one beside it. @returns the files. */
export async function saveProof({ proof, event }: Proven, file: string): Promise<readonly string[]> {
  const files = [file, eventFileOf(file)];
  const texts = [proof, `${event}\n`];
  await Promise.all(files.map((name, index) => writeFile(name, texts[index] ?? '', { mode: 0o600 }))).catch(
    (cause: unknown) => {
      throw new Failure(`${file} can’t be written.`, { cause });
    },
  );
  return files;
}
