import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { checkArchive, ProofError, utf8, verifyProof } from '@hearth/domain';
import { Failure } from '../../failure.ts';
import { linesOf } from '../ask-sink.ts';
import { proofCrypto } from './crypto.ts';
import { asSentence, type Verdict } from './verdict.ts';

/** Checks an archive of events with nothing but the log's key. @throws Failure where there is no such file. */
export async function checkArchiveFile(file: string, key: string): Promise<Verdict> {
  return judge(file, async () => {
    const { first, last, head } = await pipeline(createReadStream(file), createGunzip(), (unzipped) =>
      checkArchive(proofCrypto, linesOf(textOf(unzipped)), key),
    );
    return `${file} has events ${first} to ${last} of the log ${head.origin}, as it recorded them.`;
  });
}

/** Where the event is whose proof is in a file, if nothing else is said. */
export const eventFileOf = (proof: string): string => `${proof}.json`;

/**
 * Checks a proof that an event is in the log, with nothing but the log's key.
 * @param event a file with the event's JSON, as the log has it
 */
export async function checkProofFile(file: string, event: string, key: string): Promise<Verdict> {
  const [proof, entry] = await Promise.all([file, event].map(readText));
  return judge(file, async () => {
    const { origin, size } = verifyProof(proofCrypto, proof ?? '', utf8((entry ?? '').trimEnd()), key);
    return `The event in ${event} is one of the first ${size} of the log ${origin}.`;
  });
}

/** The text of a file that a person named. @throws Failure where it can't be read. */
export const readText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure(`${file} can’t be read.`, { cause });
  });

/** The lines of a copy of a log. @throws Failure where it can't be read. */
export async function* readLines(file: string): AsyncGenerator<string> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new Failure(`${file} can’t be read.`, { cause });
  });
  yield* handle.readLines();
}

/** Files that can't be read are the person's to mend; what proves nothing is a finding. */
async function judge(file: string, check: () => Promise<string>): Promise<Verdict> {
  try {
    return { holds: [await check()], findings: [], open: [] };
  } catch (error) {
    if (error instanceof ProofError) {
      return { holds: [], findings: [asSentence(`${file}: ${error.message}`)], open: [] };
    }
    const { code, message } = Object(error);
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') {
      throw new Failure(`${file} can’t be read: ${message}.`, { cause: error });
    }
    if (typeof code !== 'string') throw error;
    return { holds: [], findings: [`${file} is damaged: ${message}.`], open: [] };
  }
}

async function* textOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
}
