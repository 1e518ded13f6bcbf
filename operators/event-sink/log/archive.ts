import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import {
  type Archive,
  archiveHeader,
  checkArchive,
  openCheckpoint,
  ProofError,
  sameBytes,
} from '@hearth/domain';
import type { EventLog, Segment } from './event-log.ts';
import { proofCrypto } from './sign.ts';

/** What vouches for archived events. */
export interface Voucher {
  /** Made after the segment was sealed. */
  readonly checkpoint: string;
  /** The key that signed it, as its signer says it. */
  readonly key: string;
}

/**
 * Writes the events of a segment into a file of a folder, with the proof that they are the log's, and reads it back.
 * When it resolves, the file is on disk whole; before that, it has another name.
 * @returns the file.
 */
export async function archiveSegment(
  log: Pick<EventLog, 'prove' | 'texts'>,
  segment: Segment,
  { checkpoint, key }: Voucher,
  folder: string,
): Promise<string> {
  const { first, last } = segment;
  const { size } = openCheckpoint(proofCrypto, checkpoint, key);
  const path = await log.prove(first, size, last - first + 1);
  const file = archiveFile(folder, segment);
  const part = `${file}.part`;
  try {
    await pipeline(
      Readable.from(lines(archiveHeader({ first, last, path, checkpoint }), log.texts(segment))),
      createGzip(),
      createWriteStream(part, { flush: true }),
    );
    await readArchive(part, key);
    await rename(part, file);
  } finally {
    // It may be on the log's own volume, which may be full.
    await rm(part, { force: true });
  }
  await syncFolder(folder);
  return file;
}

/** Where the events of a segment go in a folder. */
export const archiveFile = (folder: string, { first, last }: Segment): string =>
  join(folder, `events-${place(first)}-${place(last)}.jsonl.gz`);

/** Wide enough that files sort as their events do. */
const place = (seq: number): string => `${seq}`.padStart(12, '0');

async function* lines(header: string, texts: AsyncIterable<string>): AsyncGenerator<string> {
  yield `${header}\n`;
  for await (const text of texts) yield `${text}\n`;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Checks an archive with nothing but the log's key.
 * @throws ProofError where it is not what the log recorded, or can't be read.
 */
export async function readArchive(file: string, key: string): Promise<Archive> {
  try {
    return await pipeline(createReadStream(file), createGunzip(), (unzipped) =>
      checkArchive(proofCrypto, linesOf(unzipped), key),
    );
  } catch (cause) {
    if (cause instanceof ProofError) throw cause;
    throw new ProofError(`${file} can't be read`, { cause });
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const pieces = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = pieces.pop() ?? '';
    yield* pieces;
  }
  if (rest !== '') yield rest;
}

/**
 * Gives up a segment's events once a file proves to have them all.
 * @throws ProofError where it hasn't.
 */
export async function pruneArchived(
  log: Pick<EventLog, 'prune'>,
  segment: Segment,
  file: string,
  key: string,
): Promise<void> {
  const { first, last, root } = await readArchive(file, key);
  if (first !== segment.first || last !== segment.last || !sameBytes(root, segment.root)) {
    throw new ProofError(`${file} does not have events ${segment.first} to ${segment.last} of this log`);
  }
  await log.prune(segment);
}
