import { loadCluster } from '@hearth/runtime';
import { systemClock } from '@hearth/runtime/clock';
import { createLogger } from '@hearth/runtime/log';
import { readConfig } from './config.ts';
import { assets } from './http/pages/assets.ts';
import { pages } from './http/pages/pages.ts';
import { startEventSink } from './start.ts';

const config = readConfig(process.env);
const logger = createLogger({ level: config.logLevel });
const running = await startEventSink(config, {
  cluster: await loadCluster({ kubeconfig: config.kubeconfig }),
  clock: systemClock,
  logger,
  pages,
  assets,
  onMove: stop,
  onLost: () => stop('the log must be opened again'),
});
logger.info({ healthPort: running.healthPort }, 'the event sink records');

function stop(because: string): void {
  logger.info({ because }, 'stopping');
  void running.stop().then(() => process.exit(0));
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(signal));
