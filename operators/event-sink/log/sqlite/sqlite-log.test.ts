import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LogDamaged } from '../event-log.ts';
import { describeProving } from '../testing/describe-proving.ts';
import { describeReading } from '../testing/describe-reading.ts';
import { testFolder } from '../testing/folder.ts';
import { record, testLog } from '../testing/logs.ts';
import { numbers, type OpenTestLog } from '../testing/open-log.ts';
import { tamper, unguard } from '../testing/tamper.ts';
import { openSqliteLog } from './sqlite-log.ts';

const open: OpenTestLog = async (place) => {
  const { log, file } = testLog(place);
  return { log, place: file };
};
describeReading(open);
describeProving(open);

test('of two that write to one file, the one that came late is refused', async () => {
  const { log, file } = testLog();
  const { log: other } = testLog(file);
  await record(log, 'ab');
  await expect(record(other, 'c')).rejects.toThrow('does another one write to it?');
  await record(log, 'd');
  expect(numbers(await log.read({ after: 0, limit: 10 }))).toEqual([1, 2, 3]);
});

describe('the database itself refuses', () => {
  const row = "'i', 'k', '{}', x''";
  test.each([
    'UPDATE events SET event = event',
    'UPDATE OR REPLACE events SET seq = 2 WHERE seq = 1',
    'DELETE FROM events',
    'DELETE FROM events WHERE seq = 5',
    `INSERT OR REPLACE INTO events VALUES (1, ${row})`,
    `INSERT INTO events VALUES (7, ${row})`,
    `INSERT INTO events VALUES (0, ${row})`,
    `INSERT INTO events VALUES (1, ${row}) ON CONFLICT DO UPDATE SET event = ''`,
    'UPDATE segments SET root = hash',
    'DELETE FROM segments',
    "INSERT INTO segments VALUES (5, 4, x'', x'')",
    "INSERT OR REPLACE INTO segments VALUES (4, 1, x'', x'')",
    "INSERT INTO archives VALUES (4, x'00')",
    'INSERT INTO archives VALUES (5, zeroblob(128))',
    'DELETE FROM format',
    'UPDATE format SET version = 2',
  ])('%s', async (sql) => {
    const { log, file } = testLog();
    await record(log, 'abcde');
    expect(() => tamper(file, sql)).toThrow(/never|hole|only|where|first/);
  });
});

describe('a log is not opened', () => {
  test.each([
    ['whose last event was changed', `UPDATE events SET event = replace(event, 'ä', 'o') WHERE seq = 6`],
    ['whose last hash was changed', 'UPDATE events SET hash = zeroblob(32) WHERE seq = 6'],
    ['in which an event is missing', 'DELETE FROM events WHERE seq = 5'],
    ['whose end is missing', 'DELETE FROM events WHERE seq = 6'],
    ['whose cursor was changed', "UPDATE cursors SET resource_version = '99'"],
    ['of another version', 'UPDATE format SET version = 2'],
  ])('%s', async (_, sql) => {
    const { log, file } = testLog();
    await record(log, 'abcdef');
    await log.close();
    unguard(file);
    tamper(file, sql);
    expect(() => openSqliteLog(file)).toThrow(LogDamaged);
  });

  test('that has lost its tables: it is not taken for a new one', async () => {
    const { log, file } = testLog();
    await record(log, 'abc');
    await log.close();
    const bytes = readFileSync(file);
    // How many tables the first page says that there are (sqlite.org/fileformat2.html, section 1.6).
    writeFileSync(file, bytes.fill(0, 103, 105));
    expect(() => openSqliteLog(file)).toThrow('no such table');
  });

  test('that is none', () => {
    const file = join(testFolder(), 'other.db');
    tamper(file, 'CREATE TABLE other (a)');
    expect(() => openSqliteLog(file)).toThrow('no such table');
  });
});
