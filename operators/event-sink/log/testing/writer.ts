import { openSqliteLog } from '../sqlite/sqlite-log.ts';
import { change, cursorAt } from './change.ts';

/**
 * A process that writes to a log until it is killed: many appends at a time, and now and then it prunes a segment. It
 * says when it begins, and then the number of the last event of each append that was acknowledged.
 */
const [, , file = ''] = process.argv;
process.stdout.write('begin\n');
const log = openSqliteLog(file, { segmentSize: 16 });

let version = log.head().seq;

/** The version is always the number that the event gets: by that it can be told whether it got it. */
async function append(): Promise<void> {
  version += 1;
  const { last } = await log.append([change({ name: `app-${version % 10}`, version })], cursorAt(version));
  process.stdout.write(`${last}\n`);
}

for (;;) {
  await Promise.all(Array.from({ length: 7 }, append));
  const oldest = log.segments().find(({ pruned }) => !pruned);
  if (oldest !== undefined && version % 3 === 0) await log.prune(oldest);
}
