import { parseArgs } from 'node:util';
import { createLogger, createTransport, loadCluster, systemClock } from '@hearth/runtime';
import { openSqliteLog } from '../../operators/event-sink/log/sqlite/sqlite-log.ts';
import { suiteKinds } from '../../operators/event-sink/watch/kinds.ts';
import { startWatching } from '../../operators/event-sink/watch/watch.ts';

/**
 * The watch and the log of the event sink in a process of their own, to be killed. It says `watching` once all kinds are,
 * and then of each event that is in the log its sequence of kind, name and version.
 */
const { values } = parseArgs({
  options: {
    kubeconfig: { type: 'string', default: '' },
    file: { type: 'string', default: '' },
    key: { type: 'string', default: '' },
  },
});
const transport = createTransport(await loadCluster({ kubeconfig: values.kubeconfig }));
const log = openSqliteLog(values.file);
const watching = startWatching({
  transport,
  log,
  kinds: suiteKinds,
  redaction: { key: Buffer.from(values.key, 'hex') },
  clock: systemClock,
  logger: createLogger({ level: 'warn' }),
  metrics: {
    recorded: (of, events) => say(events.map(({ resource }) => `recorded ${of} ${resource.name}`)),
    failed: () => undefined,
  },
});
const look = setInterval(() => {
  const { kinds } = watching.state();
  if (kinds.length === 0 || kinds.some(({ phase }) => phase !== 'watching')) return;
  say(['watching']);
  clearInterval(look);
}, 50);

function say(lines: readonly string[]): void {
  if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
}

process.once('SIGTERM', async () => {
  clearInterval(look);
  await watching.stop();
  await log.close();
  await transport.close();
});
