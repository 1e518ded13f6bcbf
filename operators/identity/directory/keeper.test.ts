import { fakeClock, silentLog } from '@hearth/runtime/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { createKeys } from '../keys/keys.ts';
import { createMetrics } from '../metrics.ts';
import type { Account } from '../store/records.ts';
import type { ChangeListener } from '../store/store.ts';
import { anAccount } from '../testing/records.ts';
import { type Connection, Refused } from './connection.ts';
import { type Content, treeOf } from './entries.ts';
import { type DirectoryKeeper, keepDirectory } from './keeper.ts';

const MINUTE = 60_000;

/** A directory that writes down what it is asked, and fails as it is told. */
function fakeDirectory() {
  const told: string[] = [];
  const empty: Content = { people: new Map(), groups: new Map() };
  const directory = {
    told,
    fails: undefined as Error | undefined,
    waits: undefined as Promise<void> | undefined,
    refuses: '',
    async connect(): Promise<Connection> {
      told.push('connect');
      await directory.waits;
      if (directory.fails) throw directory.fails;
      return {
        tree: treeOf('dc=test'),
        async read() {
          told.push('read');
          return empty;
        },
        async carryOut(step) {
          const name = step.dn.split(',')[0] ?? '';
          if (name === directory.refuses) throw new Refused(`to ${step.do} ${name}`, 19);
          told.push(`${step.do} ${name}`);
        },
        async close() {},
      };
    },
    /** What it was asked since the last time. */
    asked: () => told.splice(0),
  };
  return directory;
}

const settled = async () => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};

let accounts: Account[];
let listeners: ChangeListener[];
let clock: ReturnType<typeof fakeClock>;
let directory: ReturnType<typeof fakeDirectory>;
let keeper: DirectoryKeeper;

const person = (name: string) => anAccount({ sub: `sub-${name}`, name, groups: [] });
const change = async (...people: Account[]) => {
  accounts = people;
  for (const listener of listeners) await listener({ what: 'accounts' });
  await settled();
};
const pass = async (milliseconds: number) => {
  clock.advance(milliseconds);
  await settled();
};

beforeEach(async () => {
  accounts = [person('mila')];
  listeners = [];
  clock = fakeClock();
  directory = fakeDirectory();
  const store = {
    accounts: { all: async () => accounts },
    appPasswords: { all: async () => [] },
    onChange: (listener: ChangeListener) => {
      listeners.push(listener);
      return () => listeners.splice(listeners.indexOf(listener), 1);
    },
  };
  const parts = { store, clock, log: silentLog, metrics: createMetrics(), keys: createKeys('k'.repeat(32)) };
  keeper = keepDirectory(parts as unknown as Parameters<typeof keepDirectory>[0], directory.connect);
  await settled();
});

describe('a directory that answers', () => {
  it('is compared whole at the start', () => {
    expect(directory.asked()).toEqual(['connect', 'read', 'add uid=mila']);
  });

  it('is sent the difference when something changes, and not read', async () => {
    directory.asked();
    await change(person('mila'), person('ben'));
    expect(directory.asked()).toEqual(['connect', 'add uid=ben']);
    await change(person('ben'));
    expect(directory.asked()).toEqual(['connect', 'remove uid=mila']);
  });

  it('is not even asked where nothing of it changes', async () => {
    directory.asked();
    await change(person('mila'));
    expect(directory.asked()).toEqual([]);
  });

  it('is compared whole every ten minutes, however much changes in between', async () => {
    directory.asked();
    await pass(9 * MINUTE);
    await change(person('mila'), person('ben'));
    expect(directory.asked()).toEqual(['connect', 'add uid=ben']);
    await pass(MINUTE);
    expect(directory.asked().slice(0, 2)).toEqual(['connect', 'read']);
  });

  it('is in step, also with what has changed while it was being brought there', async () => {
    expect(await keeper.catchUp()).toBe('in-step');
    const slow = Promise.withResolvers<void>();
    directory.waits = slow.promise;
    await change(person('mila'), person('ben'));
    accounts = [person('kim')];
    const standing = keeper.catchUp();
    await settled();
    directory.asked();
    slow.resolve();
    expect(await standing).toBe('in-step');
    expect(directory.asked()).toContain('add uid=kim');
  });

  it('is behind where it takes its time, and nobody waits for it longer than a moment', async () => {
    const slow = Promise.withResolvers<void>();
    directory.waits = slow.promise;
    accounts = [person('kim')];
    const standing = keeper.catchUp();
    await pass(2000);
    expect(await standing).toBe('behind');
    slow.resolve();
    await settled();
    expect(await keeper.catchUp()).toBe('in-step');
  });

  it('is left alone in the end', async () => {
    directory.asked();
    await keeper.stop();
    await change(person('ben'));
    await pass(60 * MINUTE);
    expect(directory.asked()).toEqual([]);
    expect(listeners).toEqual([]);
  });
});

describe('a directory that does not', () => {
  beforeEach(async () => {
    directory.asked();
    directory.fails = new Error('no answer');
    await change(person('ben'));
    expect(directory.asked()).toEqual(['connect']);
  });

  it('is tried again soon, then less often, every twenty seconds at least, and for ever', async () => {
    const tries: number[] = [];
    for (let second = 1; second <= 600; second++) {
      await pass(1000);
      tries.push(...directory.asked().map(() => second));
    }
    const pauses = tries.map((second, index) => second - (tries[index - 1] ?? 0));
    expect(pauses[0]).toBeLessThanOrEqual(2);
    expect(Math.max(...pauses)).toBeGreaterThan(10);
    // What is due in between is done at the next full second.
    expect(Math.max(...pauses)).toBeLessThanOrEqual(21);
    expect(tries.at(-1)).toBeGreaterThan(575);
  });

  it('is tried at once for whoever asks, and said to be behind until it is not', async () => {
    expect(await keeper.catchUp()).toBe('behind');
    expect(directory.asked()).toEqual(['connect']);
    directory.fails = undefined;
    expect(await keeper.catchUp()).toBe('in-step');
    expect(directory.asked()).toEqual(['connect', 'read', 'add uid=ben']);
  });

  it('is compared whole when it is back', async () => {
    directory.fails = undefined;
    await pass(MINUTE);
    expect(directory.asked()).toEqual(['connect', 'read', 'add uid=ben']);
  });
});

it('an entry that is refused holds up no other, and is tried again', async () => {
  directory.asked();
  directory.refuses = 'uid=bad';
  await change(person('bad'), person('ben'), person('mila'));
  expect(directory.asked()).toEqual(['connect', 'add uid=ben']);
  directory.refuses = '';
  await pass(MINUTE);
  expect(directory.asked()).toContain('add uid=bad');
});
