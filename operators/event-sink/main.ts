import { loadCluster } from '@hearth/runtime';
import { systemClock } from '@hearth/runtime/clock';
import { createLogger, safeMessage } from '@hearth/runtime/log';
import { readConfig } from './config.ts';
import { assets } from './http/pages/assets.ts';
import { pages } from './http/pages/pages.ts';
import { type Running, startEventSink } from './start.ts';

/** Milliseconds that the end may take: a kubelet that asked for it kills after 30 s; of another end it knows nothing. */
const PATIENCE = 25_000;

const config = readConfig(process.env);
const logger = createLogger({ level: config.logLevel });
let running: Running | undefined;
let stopping = false;
// As the first process of its container, it is deaf to signals that it does not listen to.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
running = await startEventSink(config, {
  cluster: await loadCluster({ kubeconfig: config.kubeconfig }),
  clock: systemClock,
  logger,
  pages,
  assets,
  onMove: stop,
  onLost: () => stop('the log must be opened again'),
});
logger.info({ healthPort: running.healthPort }, 'the event sink records');
// A port that is taken, an authority that is none: nobody would hear of it from a process that goes on.
running.answering.catch((error: unknown) => stop(`it can’t answer: ${safeMessage(error)}`, 1));

function stop(because: string, code = 0): void {
  if (stopping) return;
  stopping = true;
  logger[code === 0 ? 'info' : 'error']({ because }, 'stopping');
  setTimeout(() => giveUp(new Error('it takes too long to end')), PATIENCE).unref();
  // Before it records, there is nothing to end.
  if (running === undefined) process.exit(code);
  running.stop().then(() => process.exit(code), giveUp);
}

function giveUp(error: unknown): void {
  logger.error({ error: safeMessage(error) }, 'the event sink did not end as it should');
  process.exit(1);
}
