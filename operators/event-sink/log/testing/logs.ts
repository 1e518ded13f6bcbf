import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EventLog } from '../event-log.ts';
import { openSqliteLog } from '../sqlite/sqlite-log.ts';
import { change, cursorAt } from './change.ts';
import { testFolder } from './folder.ts';

/** Opens a log with segments of four events, for as long as the test runs. */
export function testLog(file = join(testFolder(), 'log.db')): {
  readonly log: EventLog;
  readonly file: string;
} {
  const log = openSqliteLog(file, { segmentSize: 4 });
  onTestFinished(() => log.close());
  return { log, file };
}

/** Records a change of an App for each letter. */
export const record = (log: EventLog, letters: string, version = 1) =>
  log.append(
    [...letters].map((name, index) => change({ name, version: version + index })),
    cursorAt(version + letters.length),
  );
