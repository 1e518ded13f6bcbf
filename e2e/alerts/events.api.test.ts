import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMetrics } from '../../operators/event-sink/metrics.ts';
import type { KindState } from '../../operators/event-sink/watch/watch-kind.ts';
import { type HttpServer, serveHttp } from '../../operators/runtime/http.ts';
import { eventually } from '../app/looking.ts';
import { type Prometheus, startPrometheus } from '../harness/prometheus.ts';
import { type Rules, rulesFiles } from './chart.ts';
import { metricsIn, metricsOf } from './expressions.ts';
import { shortened } from './shorten.ts';

/** How it stands with a sink, as its metrics are told; the tests change it. */
const well = {
  head: 5,
  graph: 5,
  vouched: 5,
  waiting: 0,
  refused: false,
  phase: 'watching' as KindState['phase'],
};
let sink = { ...well };
const metrics = createMetrics();
metrics.log({ head: () => ({ seq: sink.head, hash: new Uint8Array(32), pruned: 0 }) }, () => ({
  vouched: sink.vouched,
  waiting: sink.waiting,
  refused: sink.refused,
}));
metrics.graph({ seq: () => sink.graph });
metrics.watch(() => [{ of: 'apps.apps.hearth.dev', phase: sink.phase, resources: 1, waiting: 0 }]);
metrics.diskFull(false);

let rules: Rules;
let server: HttpServer | undefined;
let prometheus: Prometheus;

const serve = async (port: number) =>
  serveHttp({ port, host: '127.0.0.1', registry: metrics.registry, unready: () => [] });

beforeAll(async () => {
  rules = load(await readFile(rulesFiles[1] ?? '', 'utf8')) as Rules;
  server = await serve(0);
  prometheus = await startPrometheus({
    scrape: {
      job_name: 'hearth-events',
      metrics_path: '/metrics',
      static_configs: [{ targets: [`127.0.0.1:${server.port}`] }],
    },
    rules: shortened(rules, { hold: '2s', window: '5s' }),
    interval: '500ms',
  });
});
afterAll(async () => {
  await prometheus?.stop();
  await server?.close();
});

const firing = async () =>
  (await prometheus.alerts()).filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname);

/** Sees that this alert fires, and no other, until what is wrong is mended. */
async function fires(alert: string, fault: () => unknown, mend: () => unknown): Promise<void> {
  await fault();
  await eventually(async () => expect(await firing()).toEqual([alert]));
  await mend();
  await eventually(async () => expect(await firing()).toEqual([]));
}

test('every metric that a rule asks for is served', async () => {
  const served = metricsOf(await metrics.registry.metrics()).add('up');
  const wanted = new Set(rules.groups.flatMap((group) => group.rules).flatMap(({ expr }) => metricsIn(expr)));
  expect(wanted.size).toBeGreaterThan(6);
  expect([...wanted].filter((name) => !served.has(name))).toEqual([]);
});

test('while all is well, no alert is about to fire', async () => {
  await eventually(async () =>
    expect(await prometheus.query('hearth_events_log_seq{job="hearth-events"} == 5')).toHaveLength(1),
  );
  await eventually(async () => expect(await prometheus.alerts()).toEqual([]));
});

test.each<[string, Partial<typeof well>]>([
  ['HearthEventsNotWatching', { phase: 'failing' }],
  ['HearthEventsRewritten', { refused: true, vouched: 0, waiting: 7200 }],
  ['HearthEventsUnvouched', { vouched: 4, waiting: 7200 }],
  ['HearthEventsGraphBehind', { head: 2000 }],
])('%s', (alert, fault) =>
  fires(
    alert,
    () => {
      sink = { ...well, ...fault };
    },
    () => {
      sink = { ...well };
    },
  ),
);

test('HearthEventsDiskFull', () =>
  fires(
    'HearthEventsDiskFull',
    () => metrics.diskFull(true),
    () => metrics.diskFull(false),
  ));

test('HearthEventsGap', async () => {
  const ended = new AbortController();
  const again = async () => {
    // The time that is looked at is as short as a test.
    while (!ended.signal.aborted) {
      metrics.recorded('apps.apps.hearth.dev', [{ type: 'gap' }]);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  await fires(
    'HearthEventsGap',
    () => void again(),
    () => ended.abort(),
  );
});

test('HearthEventsMissing', async () => {
  const port = server?.port ?? 0;
  await fires(
    'HearthEventsMissing',
    () => server?.close(),
    async () => {
      server = await serve(port);
    },
  );
});
