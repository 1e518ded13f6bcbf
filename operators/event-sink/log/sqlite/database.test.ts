import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LogDamaged } from '../event-log.ts';
import { testFolder } from '../testing/folder.ts';
import { onFile, openReader, openWriter, transact } from './database.ts';

function testDatabase() {
  const file = join(testFolder(), 'log.db');
  const database = openWriter(file);
  onTestFinished(() => database.close());
  database.exec('CREATE TABLE t (a UNIQUE)');
  return { file, database };
}

test('a commit is synced before it returns', () => {
  const { database } = testDatabase();
  // FULL (sqlite.org/pragma.html): with less, a WAL is only synced when it is moved into the file.
  expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
});

test('what fails in a transaction leaves nothing behind, and the next one goes', () => {
  const { file, database } = testDatabase();
  const add = (...values: number[]) =>
    transact(database, () => {
      for (const value of values) database.prepare('INSERT INTO t VALUES (?)').run(value);
    });
  add(1);
  expect(() => add(2, 1)).toThrow('UNIQUE');
  add(3);
  const reader = openReader(file);
  onTestFinished(() => reader.close());
  expect(reader.prepare('SELECT a FROM t').all()).toEqual([{ a: 1 }, { a: 3 }]);
  expect(() => reader.exec('DELETE FROM t')).toThrow('readonly');
});

test('a file that is no database is told to be damaged', () => {
  const file = join(testFolder(), 'log.db');
  writeFileSync(file, 'x'.repeat(8192));
  expect(() => onFile(file, () => openWriter(file))).toThrow(LogDamaged);
});

test('a number that can only be damage is told to be so', () => {
  const { file, database } = testDatabase();
  database.exec('INSERT INTO t VALUES (9007199254740993)');
  expect(() => onFile(file, () => database.prepare('SELECT a FROM t').get())).toThrow(LogDamaged);
});

test('what has nothing to do with the file stays what it is', () => {
  const { file } = testDatabase();
  const error = new TypeError('no');
  const fail = () => {
    throw error;
  };
  expect(() => onFile(file, fail)).toThrow(error);
});
