import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Appended, type EventLog, LogFull } from '../event-log.ts';
import { change, cursorAt } from '../testing/change.ts';
import { testLog } from '../testing/logs.ts';
import { smallDisk } from '../testing/small-disk.ts';
import { verifyLog } from '../verify.ts';
import { openSqliteLog } from './sqlite-log.ts';

const big = (log: EventLog, version: number) =>
  log.append([change({ name: 'a', version, size: 5000 })], cursorAt(version));

/** Appends until there is no room. Gives what was acknowledged. */
async function fill(log: EventLog): Promise<number> {
  for (let version = 1; ; version += 1) {
    const appended = await big(log, version).catch((error: unknown) => error);
    if (appended instanceof Error) {
      expect(appended).toBeInstanceOf(LogFull);
      return version - 1;
    }
  }
}

async function isWhole(log: EventLog, seq: number): Promise<void> {
  expect(log.head().seq).toBe(seq);
  expect(log.cursors().get('apps.apps.hearth.dev')).toBe(`${seq}`);
  const versions = (await log.read({ after: 0, limit: 10_000 })).map((event) => event.resourceVersion);
  expect(versions).toEqual(Array.from({ length: seq }, (_, index) => `${index + 1}`));
  const { findings, damage } = await verifyLog(log, []);
  expect({ findings, damage }).toEqual({ findings: [], damage: [] });
}

test.each([
  ['before', '1m', '3m'],
  ['after', '12m', '15m'],
])(
  'a disk that fills %s the first checkpoint of SQLite refuses, loses nothing, and goes on once there is room',
  async (_, size, more) => {
    const disk = smallDisk(size);
    const { log, file } = testLog(join(disk.folder, 'log.db'));
    const acknowledged = await fill(log);
    expect(acknowledged).toBeGreaterThan(20);
    await expect(big(log, acknowledged + 1)).rejects.toThrow(/no room is left for .*log\.db: make some/);
    await isWhole(log, acknowledged);
    disk.resize(more);
    expect(await big(log, acknowledged + 1)).toEqual({ first: acknowledged + 1, last: acknowledged + 1 });
    await log.close();
    await isWhole(testLog(file).log, acknowledged + 1);
  },
  60_000,
);

test('what came behind a refused append is refused with it', async () => {
  const disk = smallDisk('1m');
  const { log } = testLog(join(disk.folder, 'log.db'));
  const all = await Promise.allSettled(Array.from({ length: 200 }, (_, index) => big(log, index + 1)));
  const isRefused = all.map(({ status }) => status === 'rejected');
  expect(isRefused).toEqual(all.map((_, index) => index >= isRefused.indexOf(true)));
  expect(isRefused).toContain(true);
  const taken = all.filter((one): one is PromiseFulfilledResult<Appended> => one.status === 'fulfilled');
  expect(log.head().seq).toBe(taken.length);
});

test('a disk that others filled keeps the log closed, until there is room', async () => {
  const disk = smallDisk('2m');
  const { log, file } = testLog(join(disk.folder, 'log.db'));
  for (let version = 1; version <= 20; version += 1) await big(log, version);
  await log.close();
  const filler = join(disk.folder, 'filler');
  const { bavail, bsize } = statfsSync(disk.folder);
  writeFileSync(filler, new Uint8Array(bavail * bsize));
  expect(() => openSqliteLog(file)).toThrow(LogFull);
  expect(() => openSqliteLog(join(disk.folder, 'other.db'))).toThrow(LogFull);
  rmSync(filler);
  await isWhole(testLog(file).log, 20);
});
