import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemClock } from '@hearth/runtime/clock';
import { createLogger } from '@hearth/runtime/log';
import { makeCheckpoint } from '../../log/checkpoint.ts';
import { createNoteSigner } from '../../log/sign.ts';
import { openSqliteLog } from '../../log/sqlite/sqlite-log.ts';
import { change, cursorAt } from '../../log/testing/change.ts';
import { startArchiver } from '../archiver.ts';

/** A process that records some events and then archives all it may, until it is killed. It says when it begins. */
const [, , file = '', folder = '', key = ''] = process.argv;
const log = openSqliteLog(file, { segmentSize: 4 });
const changes = Array.from({ length: 80 }, (_, index) =>
  change({ name: `app-${index % 7}`, version: index }),
);
await log.append(changes, cursorAt(80));
const signer = createNoteSigner('hearth.test/log', createPrivateKey(readFileSync(key)));
const checkpoint = { checkpoint: await makeCheckpoint(log, signer), key: signer.verifierKey };
const logger = createLogger({ level: 'silent' });
process.stdout.write('begin\n');
startArchiver({ log, checkpoint: () => checkpoint, folder, keep: 1, clock: systemClock, logger });
