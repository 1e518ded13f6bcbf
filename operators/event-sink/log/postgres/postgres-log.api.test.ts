import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { pipeline } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '@hearth/runtime';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../../../e2e/harness/free-port.ts';
import { LogDamaged } from '../event-log.ts';
import { openLog } from '../open-log.ts';
import { change, cursorAt } from '../testing/change.ts';
import { describeProving } from '../testing/describe-proving.ts';
import { describeReading } from '../testing/describe-reading.ts';
import { testFolder } from '../testing/folder.ts';
import { record } from '../testing/logs.ts';
import { numbers } from '../testing/open-log.ts';
import { testDatabases } from '../testing/postgres.ts';
import { verifyLog } from '../verify.ts';
import { connect } from './connection.ts';
import { openPostgresLog } from './postgres-log.ts';
import { NotTheWriter } from './single-writer.ts';

const { make, open, tamper } = testDatabases();
describeReading(open);
describeProving(open);

/** Ends the session that writes, as a server does that is told to, or that lost sight of its client. */
const endWriter = (url: string) =>
  tamper(url, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'");

const unguard = (url: string) =>
  tamper(
    url,
    ['events', 'segments', 'archives', 'format']
      .map((table) => `ALTER TABLE ${table} DISABLE TRIGGER USER;`)
      .join(''),
  );

describe('one alone writes', () => {
  test('who comes second is refused while the first one is there', async () => {
    const { log, place } = await open();
    await record(log, 'ab');
    await expect(open(place)).rejects.toThrow(NotTheWriter);
    await record(log, 'c');
    await log.close();
    const { log: next } = await open(place);
    expect(next.head().seq).toBe(3);
  });

  test('who comes while another one ends waits for it', async () => {
    const { log, place } = await open();
    await record(log, 'ab');
    const opening = openPostgresLog(place, { patience: 20_000 });
    await pause(600);
    await record(log, 'c');
    await log.close();
    const next = await opening;
    expect(next.head().seq).toBe(3);
    await next.close();
  });

  test('who has lost the lock writes no more, and what was acknowledged is there for the next one', async () => {
    const { log, place } = await open();
    await record(log, 'ab');
    await endWriter(place);
    await expect(record(log, 'c')).rejects.toThrow(NotTheWriter);
    const { log: next } = await open(place);
    await record(next, 'd');
    await expect(record(log, 'e')).rejects.toThrow(NotTheWriter);
    const [segment] = (await record(next, 'xy')) && next.segments();
    if (segment === undefined) throw new Error('nothing is sealed');
    await expect(log.prune(segment)).rejects.toThrow();
    expect(numbers(await log.read({ after: 0, limit: 10 }))).toEqual([1, 2, 3, 4, 5]);
    expect((await verifyLog(next, [])).findings).toEqual([]);
  });

  test('who has lost the lock is told so at once, and who closes is not', async () => {
    const place = await make();
    const onLost = vi.fn();
    const log = await openPostgresLog(place, { onLost });
    await endWriter(place);
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledTimes(1), 5000);
    await expect(record(log, 'a')).rejects.toThrow(NotTheWriter);
    await log.close();
    await (await openPostgresLog(place, { onLost })).close();
    expect(onLost).toHaveBeenCalledTimes(1);
  });

  test('who comes while the server is away waits until it is back', async () => {
    const away = new URL(await make());
    const port = await freePort();
    const [onAway, onLost] = [vi.fn(), vi.fn()];
    const opening = openPostgresLog(Object.assign(new URL(away), { port }).href, { onAway, onLost });
    await vi.waitFor(() => expect(onAway).toHaveBeenCalled(), 5000);
    expect(onLost).not.toHaveBeenCalled();
    const server = createServer((socket) => {
      const onward = createConnection({ host: away.hostname, port: Number(away.port) });
      pipeline(socket, onward, socket, () => undefined);
    });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    const log = await opening;
    await record(log, 'a');
    await log.close();
    server.close();
    expect(onLost).not.toHaveBeenCalled();
  });

  test('who names a database that is not there is told so at once', async () => {
    const url = Object.assign(new URL(await make()), { pathname: '/nowhere' });
    await expect(openPostgresLog(url.href)).rejects.toThrow('"nowhere" does not exist');
  });

  test('whatever is acknowledged while the server ends sessions is there, once and in order', async () => {
    const place = await make();
    let version = 0;
    let acknowledged = 0;
    for (let round = 0; round < 8; round += 1) {
      const { log } = await open(place);
      version = log.head().seq;
      expect(version).toBeGreaterThanOrEqual(acknowledged);
      const ending = pause(20 + 15 * round).then(() => endWriter(place));
      for (let isLost = false; !isLost; ) {
        const appends = Array.from({ length: 7 }, async () => {
          version += 1;
          const { last } = await log.append(
            [change({ name: `app-${version % 5}`, version })],
            cursorAt(version),
          );
          acknowledged = Math.max(acknowledged, last);
        });
        const outcomes = await Promise.allSettled(appends);
        isLost = outcomes.some(({ status }) => status === 'rejected');
      }
      await ending;
    }
    const { log } = await open(place);
    const { seq } = log.head();
    expect(seq).toBeGreaterThanOrEqual(acknowledged);
    const events = await log.read({ after: 0, limit: 100_000 });
    expect(events.map((event) => event.resourceVersion)).toEqual(
      Array.from({ length: seq }, (_, index) => `${index + 1}`),
    );
    expect(log.cursors().get('apps.apps.hearth.dev')).toBe(`${seq}`);
    const { findings, damage } = await verifyLog(log, []);
    expect({ findings, damage }).toEqual({ findings: [], damage: [] });
  });
});

test('a commit is on disk when it is told, whatever the database’s default is', async () => {
  const place = await make();
  const database = new URL(place).pathname.slice(1);
  await tamper(place, `ALTER DATABASE ${database} SET synchronous_commit = off`);
  const connection = await connect(place);
  onTestFinished(() => connection.close());
  expect(await connection.query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
});

test('the process keeps its log in the database that it is told, and else in its folder', async () => {
  const [folder, databaseUrl] = [testFolder(), await make()];
  for (const place of [{ folder }, { folder, databaseUrl }]) {
    const log = await openLog(place, systemClock, { onLost() {}, onAway() {} });
    await record(log, 'databaseUrl' in place ? 'abc' : 'a');
    await log.close();
  }
  expect(await tamper(databaseUrl, 'SELECT max(seq) AS last FROM events')).toEqual([{ last: '3' }]);
  expect(readdirSync(folder)).toContain('events.db');
});

describe('the database itself refuses', () => {
  const row = "'i', 'k', '{}', ''";
  test.each([
    'UPDATE events SET event = event',
    'UPDATE events SET seq = 7 WHERE seq = 1',
    'DELETE FROM events',
    'DELETE FROM events WHERE seq = 5',
    'TRUNCATE events',
    'TRUNCATE format, events, segments, archives',
    `INSERT INTO events VALUES (1, ${row})`,
    `INSERT INTO events VALUES (7, ${row})`,
    `INSERT INTO events VALUES (0, ${row})`,
    `INSERT INTO events VALUES (1, ${row}) ON CONFLICT (seq) DO UPDATE SET event = ''`,
    'SET session_replication_role = replica; DELETE FROM events',
    'UPDATE segments SET root = hash',
    'DELETE FROM segments',
    'TRUNCATE segments CASCADE',
    "INSERT INTO segments VALUES (5, 4, '', '')",
    "INSERT INTO archives VALUES (4, '')",
    "INSERT INTO archives VALUES (5, decode(repeat('00', 128), 'hex'))",
    'DELETE FROM format',
    'UPDATE format SET version = 2',
  ])('%s', async (sql) => {
    const { log, place } = await open();
    await record(log, 'abcde');
    await expect(tamper(place, sql)).rejects.toThrow(/never|hole|only|where|first/);
    expect((await verifyLog(log, [])).findings).toEqual([]);
  });
});

describe('a log is not opened', () => {
  const zeros = "decode(repeat('00', 32), 'hex')";
  test.each([
    ['whose last event was changed', "UPDATE events SET event = replace(event, 'ä', 'o') WHERE seq = 6"],
    ['whose last hash was changed', `UPDATE events SET hash = ${zeros} WHERE seq = 6`],
    ['in which an event is missing', 'DELETE FROM events WHERE seq = 5'],
    ['whose end is missing', 'DELETE FROM events WHERE seq = 6'],
    ['whose cursor was changed', "UPDATE cursors SET resource_version = '99'"],
    ['of another version', 'UPDATE format SET version = 2'],
  ])('%s', async (_, sql) => {
    const { log, place } = await open();
    await record(log, 'abcdef');
    await log.close();
    await unguard(place);
    await tamper(place, sql);
    await expect(open(place)).rejects.toThrow(LogDamaged);
  });

  test('that has lost its tables: it is not taken for a new one', async () => {
    const { log, place } = await open();
    await record(log, 'abc');
    await log.close();
    await tamper(place, 'DROP TABLE archives, segments, events, cursors, format');
    await expect(open(place)).rejects.toThrow('does not exist');
  });

  test('in a database whose texts can’t be all that there is', async () => {
    const place = await make("TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
    await expect(open(place)).rejects.toThrow('in UTF8');
  });
});

test.each<[string, string, { findings: number[]; damage: number }]>([
  [
    'an event that was changed',
    "UPDATE events SET event = replace(event, 'ä', 'o') WHERE seq = 2",
    { findings: [2, 4], damage: 0 },
  ],
  ['an event that was removed', 'DELETE FROM events WHERE seq = 2', { findings: [3, 4], damage: 0 }],
  [
    'an event under another name',
    "UPDATE events SET iri = 'home/x.y/z' WHERE seq = 2",
    { findings: [], damage: 1 },
  ],
  ['a cursor that was changed', "UPDATE cursors SET resource_version = '99'", { findings: [], damage: 1 }],
])('%s is found', async (_, sql, expected) => {
  const { log, place } = await open();
  await record(log, 'abcdef');
  await unguard(place);
  await tamper(place, sql);
  const { findings, damage } = await verifyLog(log, []);
  expect({ findings: findings.map(({ seq }) => seq), damage: damage.length }).toEqual(expected);
});
