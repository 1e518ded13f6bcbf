import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReply } from './packet.ts';
import { agree, begin, next, type Progress, packetFor, type Terms } from './transfer.ts';

const ack = (block: number) => ({ kind: 'ack', block }) as const;
const plain = { name: 'f', size: false };

describe('what is agreed', () => {
  test('without options it is as in 1981', () => {
    expect(agree(plain, 1000)).toEqual({ blockSize: 512, size: 1000, resendMilliseconds: 1000 });
  });

  test('with them, what fits one Ethernet packet', () => {
    const terms = agree({ ...plain, size: true, blockSize: 65_464, timeout: 4 }, 1000);
    expect(terms).toMatchObject({ blockSize: 1468, resendMilliseconds: 4000 });
    expect(terms.optionAck?.toString('latin1', 2)).toBe('blksize\x001468\0tsize\x001000\0timeout\x004\0');
    expect(begin(terms).awaiting).toBe(0);
  });
});

describe('how it goes on', () => {
  const terms = agree(plain, 1024);

  test.each([
    ['block after block', 1, ack(1), { act: 'send', progress: { awaiting: 2, resent: 0 } }],
    [
      'an empty block ends what fills its blocks',
      2,
      ack(2),
      { act: 'send', progress: { awaiting: 3, resent: 0 } },
    ],
    ['and then it is done', 3, ack(3), { act: 'end', outcome: 'done' }],
    ['what is acknowledged twice is not sent twice', 2, ack(1), { act: 'wait' }],
    ['what was never sent is not believed', 1, ack(3), { act: 'wait' }],
    ['silence has it sent again', 2, undefined, { act: 'send', progress: { awaiting: 2, resent: 1 } }],
    [
      'a client may want no more',
      1,
      { kind: 'error', message: 'User aborted' } as const,
      { act: 'end', outcome: 'refused', said: 'User aborted' },
    ],
  ])('%s', (_, awaiting, reply, move) => {
    expect(next(terms, { awaiting, resent: 0 }, reply)).toEqual(move);
  });

  test.each([
    ['that is gone', 2, 7],
    ['that was never heard, and may not be there', 1, 3],
  ])('a client is given up %s', (_, awaiting, packets) => {
    let progress: Progress = { awaiting, resent: 0 };
    let sent = 1;
    for (;;) {
      const move = next(terms, progress, undefined);
      if (move.act !== 'send') {
        expect(move).toEqual({ act: 'end', outcome: 'silent' });
        break;
      }
      progress = move.progress;
      sent++;
    }
    expect(sent).toBe(packets);
  });

  test('block numbers begin again after 65535', () => {
    const long = agree({ ...plain, blockSize: 8 }, 8 * 70_000);
    expect(next(long, { awaiting: 65_536, resent: 0 }, ack(0))).toEqual({
      act: 'send',
      progress: { awaiting: 65_537, resent: 0 },
    });
  });
});

test('whatever is lost or comes twice, a client that goes on asking has the file', async () => {
  const fates = fc.infiniteStream(fc.constantFrom('arrives', 'arrives', 'lost', 'twice'));
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 8, max: 64 }),
      fates,
      async (file, blockSize, fate) => {
        const terms = agree({ ...plain, blockSize }, file.length);
        expect(Buffer.from(await download(terms, file, fate))).toEqual(Buffer.from(file));
      },
    ),
  );
});

/** A client by RFC 1350 that acknowledges each block, and the last one again as long as it sees it. */
async function download(terms: Terms, file: Uint8Array, fate: Iterator<string>): Promise<Uint8Array> {
  const got: Uint8Array[] = [];
  const read = async (from: number, length: number) => file.subarray(from, from + length);
  const acks: Buffer[] = [];
  const deliver = (packet: Buffer) => {
    const how = fate.next().value;
    return how === 'lost' ? [] : how === 'twice' ? [packet, packet] : [packet];
  };
  let complete = false;
  const take = (packet: Buffer) => {
    const block = packet.readUInt16BE(0) === 6 ? 0 : packet.readUInt16BE(2);
    if (block === got.length + 1) {
      got.push(packet.subarray(4));
      complete = packet.length - 4 < terms.blockSize;
    }
    if (block <= got.length) acks.push(...deliver(Buffer.of(0, 4, block >> 8, block & 255)));
  };
  let progress: Progress = begin(terms);
  const send = async () => deliver(await packetFor(terms, progress, read)).forEach(take);
  await send();
  // Chance may lose seven in a row; the client is then right to begin anew, which is not what is tried here.
  for (let step = 0; step < 10_000 && !complete; step++) {
    const raw = acks.shift();
    const move = next(terms, progress, raw && parseReply(raw));
    if (move.act === 'end' && move.outcome === 'silent') progress = { ...progress, resent: 0 };
    if (move.act === 'send') progress = move.progress;
    if (move.act !== 'wait') await send();
  }
  return Buffer.concat(got);
}
