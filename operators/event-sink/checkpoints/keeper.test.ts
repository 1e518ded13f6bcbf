import { generateKeyPairSync } from 'node:crypto';
import { openCheckpoint } from '@hearth/domain';
import { fakeClock, silentLog } from '@hearth/runtime/testing';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { SignedCheckpoint } from '../http/sink.ts';
import { createNoteSigner, proofCrypto } from '../log/sign.ts';
import { record, testLog } from '../log/testing/logs.ts';
import { type CheckpointKeeper, keepCheckpoints } from './keeper.ts';
import type { CheckpointStore } from './store.ts';

const often = { events: 5, milliseconds: 60_000 };
const signer = createNoteSigner('test', generateKeyPairSync('ed25519').privateKey);

/** A place for checkpoints that can be out of reach. */
function memoryStore() {
  const written: SignedCheckpoint[] = [];
  const store = {
    written,
    broken: false,
    async read() {
      if (store.broken) throw new Error('nobody answers');
      return { checkpoint: written.at(-1)?.checkpoint, version: String(written.length) };
    },
    async write(checkpoint: SignedCheckpoint, version: string) {
      if (version !== String(written.length)) throw new Error('somebody else has written');
      written.push(checkpoint);
    },
  };
  return store satisfies CheckpointStore;
}

let clock: ReturnType<typeof fakeClock>;
let store: ReturnType<typeof memoryStore>;
beforeEach(() => {
  clock = fakeClock();
  store = memoryStore();
});

const keep = (log: ReturnType<typeof testLog>['log']) =>
  keepCheckpoints({ log, signer, store, clock, logger: silentLog, often });
const sizes = () =>
  store.written.map(({ checkpoint, key }) => openCheckpoint(proofCrypto, checkpoint, key).size);
const vouched = (keeper: CheckpointKeeper, size: number) =>
  vi.waitFor(() => expect(keeper.vouching().vouched).toBe(size), 4000);
/** Until what was begun is done. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

describe('a log is vouched for', () => {
  test('after so many events, or so long after fewer, and not before', async () => {
    const { log } = testLog();
    const keeper = keep(log);
    await settled();
    await record(log, 'abcd');
    clock.advance(often.milliseconds - 15_000);
    await settled();
    expect(sizes()).toEqual([]);
    expect(keeper.vouching()).toEqual({ vouched: 0, waiting: 45, refused: false });
    await record(log, 'e');
    await vouched(keeper, 5);
    await record(log, 'f');
    clock.advance(often.milliseconds + 15_000);
    await vouched(keeper, 6);
    clock.advance(often.milliseconds * 3);
    await settled();
    expect(sizes()).toEqual([5, 6]);
    expect(keeper.vouching()).toEqual({ vouched: 6, waiting: 0, refused: false });
    expect(keeper.last()).toEqual(store.written.at(-1));
  });

  test('at once when it starts with what is not vouched for, and when it stops', async () => {
    const { log } = testLog();
    await record(log, 'ab');
    const keeper = keep(log);
    await vouched(keeper, 2);
    await record(log, 'c');
    await keeper.stop();
    expect(sizes()).toEqual([2, 3]);
    expect(clock.pending()).toBe(0);
  });

  test('later where the place is out of reach', async () => {
    const { log } = testLog();
    await record(log, 'ab');
    store.broken = true;
    const keeper = keep(log);
    await settled();
    expect(keeper.vouching()).toMatchObject({ vouched: 0, refused: false });
    store.broken = false;
    clock.advance(often.milliseconds + 15_000);
    await vouched(keeper, 2);
  });
});

describe('a log that does not go on from what was vouched for', () => {
  test('is refused, and what stands outside stays, until the log is the old one', async () => {
    const { log } = testLog();
    await record(log, 'abc');
    await keep(log).stop();
    const other = testLog().log;
    await record(other, 'abd');
    const keeper = keep(other);
    await vi.waitFor(() => expect(keeper.vouching().refused).toBe(true), 4000);
    await record(other, 'efghij');
    await settled();
    store.broken = true;
    clock.advance(often.milliseconds + 15_000);
    await settled();
    expect(keeper.vouching().refused).toBe(true);
    store.broken = false;
    await keeper.stop();
    expect(keeper.vouching()).toMatchObject({ vouched: 0, refused: true });
    expect(keeper.last()).toBeUndefined();
    expect(sizes()).toEqual([3]);
    await vouched(keep(log), 3);
  });

  test('is refused where it is shorter, as a copy from before', async () => {
    const { log } = testLog();
    await record(log, 'abc');
    await keep(log).stop();
    const keeper = keep(testLog().log);
    await vi.waitFor(() => expect(keeper.vouching().refused).toBe(true), 4000);
  });

  test('is refused where another key vouched', async () => {
    const { log } = testLog();
    await record(log, 'abc');
    const other = createNoteSigner('test', generateKeyPairSync('ed25519').privateKey);
    await keepCheckpoints({ log, signer: other, store, clock, logger: silentLog, often }).stop();
    const keeper = keep(log);
    await vi.waitFor(() => expect(keeper.vouching().refused).toBe(true), 4000);
    expect(sizes()).toEqual([3]);
  });
});
