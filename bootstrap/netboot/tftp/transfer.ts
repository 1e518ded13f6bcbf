import { encodeData, encodeOptionAck, type ReadRequest, type TftpReply } from './packet.ts';

/** What has been agreed for one transfer. */
export interface Terms {
  readonly blockSize: number;
  /** Length of the file in bytes. */
  readonly size: number;
  /** After this much silence the last packet is sent again. */
  readonly resendMilliseconds: number;
  /** The answer to the request’s options; undefined where it had none that count, and the first block is the answer. */
  readonly optionAck?: Buffer;
}

/** Where a transfer is: the number of the block that is to be acknowledged next, from 0 for the options. */
export interface Progress {
  readonly awaiting: number;
  /** How often that block was sent again. */
  readonly resent: number;
}

/** What to do next. */
export type Move =
  | { readonly act: 'send'; readonly progress: Progress }
  | { readonly act: 'wait' }
  | { readonly act: 'end'; readonly outcome: 'done' | 'silent' | 'refused'; readonly said?: string };

/** Without fragments on Ethernet: 1500 less IP, UDP and TFTP headers. Boot firmware rarely puts fragments together. */
const LARGEST_BLOCK = 1468;
const DEFAULT_BLOCK = 512;
const RESEND_MILLISECONDS = 1000;
const MOST_RESENDS = 6;
/** To one who never said a word. The address may be made up: who really has it would get all that is sent. */
const MOST_RESENDS_UNHEARD = 2;

/** Grants what the request asks for, as far as it can be had. */
export function agree(request: ReadRequest, size: number): Terms {
  const blockSize = Math.min(request.blockSize ?? DEFAULT_BLOCK, LARGEST_BLOCK);
  const granted = {
    ...(request.blockSize === undefined ? {} : { blksize: blockSize }),
    ...(request.size ? { tsize: size } : {}),
    ...(request.timeout === undefined ? {} : { timeout: request.timeout }),
  };
  return {
    blockSize,
    size,
    resendMilliseconds: request.timeout === undefined ? RESEND_MILLISECONDS : request.timeout * 1000,
    ...(Object.keys(granted).length === 0 ? {} : { optionAck: encodeOptionAck(granted) }),
  };
}

/** The first packet to send. */
export const begin = (terms: Terms): Progress => ({ awaiting: terms.optionAck ? 0 : 1, resent: 0 });

/**
 * The answer to what the client says, or to its silence (`undefined`). Only silence makes a packet go out again: one that
 * is sent for every acknowledgement that comes twice doubles all that follow (the Sorcerer’s Apprentice, RFC 1123, 4.2.3.1).
 */
export function next(terms: Terms, progress: Progress, reply: TftpReply | undefined): Move {
  if (reply === undefined) {
    const isHeard = progress.awaiting > begin(terms).awaiting;
    if (progress.resent >= (isHeard ? MOST_RESENDS : MOST_RESENDS_UNHEARD))
      return { act: 'end', outcome: 'silent' };
    return { act: 'send', progress: { ...progress, resent: progress.resent + 1 } };
  }
  // A client may ask only for the length, and refuse the file.
  if (reply.kind === 'error') return { act: 'end', outcome: 'refused', said: reply.message };
  if (reply.block !== (progress.awaiting & 0xffff)) return { act: 'wait' };
  if (progress.awaiting === blocks(terms)) return { act: 'end', outcome: 'done' };
  return { act: 'send', progress: { awaiting: progress.awaiting + 1, resent: 0 } };
}

/** How many there are. The last is shorter than the others, so that the client knows it: if need be, it is empty. */
const blocks = ({ size, blockSize }: Terms): number => Math.floor(size / blockSize) + 1;

/** The packet for where a transfer is; `read` gives a part of the file. */
export async function packetFor(
  terms: Terms,
  { awaiting }: Progress,
  read: (from: number, length: number) => Promise<Uint8Array>,
): Promise<Buffer> {
  if (awaiting === 0 && terms.optionAck) return terms.optionAck;
  const from = (awaiting - 1) * terms.blockSize;
  const length = Math.min(terms.blockSize, terms.size - from);
  return encodeData(awaiting, length > 0 ? await read(from, length) : new Uint8Array());
}
