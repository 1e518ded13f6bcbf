import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { openCheckpoint } from '@hearth/domain';
import { type Clock, pause } from '@hearth/runtime/clock';
import { type Logger, safeMessage } from '@hearth/runtime/log';
import type { SignedCheckpoint } from '../http/sink.ts';
import { archiveFile, archiveSegment, pruneArchived } from '../log/archive.ts';
import type { EventLog, Segment } from '../log/event-log.ts';
import { proofCrypto } from '../log/sign.ts';
import { oldSegments } from './old-segments.ts';

/** Where old events go. */
export interface ArchivePlace {
  /** Made where there is none. */
  readonly folder: string;
  /** Sealed segments that stay in the log. */
  readonly keep: number;
}

/** What archives are made with. */
export interface ArchiverParts extends ArchivePlace {
  readonly log: Pick<EventLog, 'segments' | 'prove' | 'texts' | 'prune'>;
  /** The last checkpoint, once there is one. */
  readonly checkpoint: () => SignedCheckpoint | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Moves old events from the log into archives. */
export interface Archiver {
  /** Ends after the segment that is being moved. */
  stop(): Promise<void>;
}

/** Milliseconds until it is looked again whether there is something to move. */
const TICK = 60_000;

/**
 * Moves segments that are vouched for and old enough into archives, again and again. What is to be done is seen in the
 * log and the folder each time: where it was killed, or could not go on, it goes on.
 */
export function startArchiver(parts: ArchiverParts): Archiver {
  const stopping = new AbortController();
  const goOn = async () => {
    while (!stopping.signal.aborted) {
      await moveOld(parts, stopping.signal).catch((error: unknown) =>
        parts.logger.error(
          { error: safeMessage(error), folder: parts.folder },
          'old events could not be moved into an archive, so they stay in the log; it is tried again',
        ),
      );
      await pause(parts.clock, TICK, stopping.signal);
    }
  };
  const going = goOn();
  return {
    async stop() {
      stopping.abort();
      await going;
    },
  };
}

async function moveOld(parts: ArchiverParts, signal: AbortSignal): Promise<void> {
  const { log, checkpoint, keep, logger } = parts;
  const voucher = checkpoint();
  if (voucher === undefined) return;
  const { size: vouched } = openCheckpoint(proofCrypto, voucher.checkpoint, voucher.key);
  for (const segment of oldSegments(log.segments(), { keep, vouched })) {
    if (signal.aborted) return;
    const file = await move(parts, segment, voucher);
    logger.info({ first: segment.first, last: segment.last, file }, 'old events were moved into an archive');
  }
}

/**
 * Moves one segment. A file that is there already is never written over: it may be of another log, whose events are
 * nowhere else; then they are not given up here either.
 */
async function move(
  { log, folder }: ArchiverParts,
  segment: Segment,
  voucher: SignedCheckpoint,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = archiveFile(folder, segment);
  if (!existsSync(file)) await archiveSegment(log, segment, voucher, folder);
  await pruneArchived(log, segment, file, voucher.key);
  return file;
}
