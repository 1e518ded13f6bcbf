import { systemClock } from '@hearth/runtime/clock';
import { createLogger } from '@hearth/runtime/log';
import { readConfig } from './config.ts';
import { assets } from './pages/assets.ts';
import { pages } from './pages/pages.ts';
import { startIdentity } from './start.ts';

const config = readConfig(process.env);
const log = createLogger({ level: config.logLevel });
const running = await startIdentity(config, {
  clock: systemClock,
  log,
  pages,
  assets,
  fetch: globalThis.fetch,
});
log.info({ issuer: config.issuer, port: running.port, adminPort: running.adminPort }, 'identity answers');

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    log.info({ signal }, 'stopping');
    void running.stop().then(() => process.exit(0));
  });
}
