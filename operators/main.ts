import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import { appControllers } from '@hearth/app';
import { nioControllers, startEnrolment } from '@hearth/nio';
import { type Controller, createLogger, createManager, loadCluster } from '@hearth/runtime';

const namespace = process.env.POD_NAMESPACE ?? 'hearth-system';

/** The slices that run in this process, by the name that `--controllers` takes. */
const slices: Readonly<Record<string, () => readonly Controller[]>> = {
  app: () =>
    appControllers({ hearthImage: process.env.HEARTH_IMAGE ?? 'ghcr.io/hearth-home/operators:0.1.0' }),
  nio: () => nioControllers({ namespace }),
};

const { values } = parseArgs({
  options: {
    controllers: { type: 'string', default: Object.keys(slices).join(',') },
    'enrolment-port': { type: 'string', default: '8443' },
    'http-port': { type: 'string', default: '8080' },
    kubeconfig: { type: 'string' },
    'leader-elect': { type: 'boolean', default: true },
  },
  allowNegative: true,
});

const log = createLogger({ level: process.env.LOG_LEVEL ?? 'info' });
const wanted = values.controllers.split(',').filter(Boolean);
const unknown = wanted.filter((name) => slices[name] === undefined);
if (unknown.length > 0) {
  console.error(
    `--controllers: there is no ${unknown.join(', ')}; there are ${Object.keys(slices).join(', ')}.`,
  );
  process.exit(2);
}

const cluster = await loadCluster({ kubeconfig: values.kubeconfig });
const manager = createManager({
  cluster,
  controllers: wanted.flatMap((name) => slices[name]?.() ?? []),
  identity: process.env.POD_NAME ?? `${hostname()}-${process.pid}`,
  // One lease for each set of controllers: a Deployment per slice has a leader per slice.
  lease: {
    namespace,
    name: `hearth-${wanted.toSorted().join('-')}`,
  },
  leaderElect: values['leader-elect'],
  http: { port: Number(values['http-port']) },
  log,
});

const stopping = new AbortController();
// Machines are answered by every replica, also by one that does not lead.
const enrolment = wanted.includes('nio')
  ? startEnrolment({
      cluster,
      namespace,
      port: Number(values['enrolment-port']),
      apiServer: process.env.HEARTH_API_SERVER || undefined,
      log,
      signal: stopping.signal,
    })
  : undefined;
enrolment?.catch((error: unknown) => {
  if (stopping.signal.aborted) return;
  log.error({ error }, 'machines can’t enrol');
  process.exit(1);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    log.info({ signal }, 'stopping');
    stopping.abort();
    const closed = enrolment?.then((endpoint) => endpoint.close());
    void Promise.allSettled([manager.stop(), closed]).then(() => process.exit(0));
  });
}

await manager.start();
