import { setTimeout as pause } from 'node:timers/promises';
import { App, Route } from '@hearth/domain';
import { Lease, type Resource, Secret } from '@hearth/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorityKey, tlsSecret } from '../../operators/app/certificate/pair.ts';
import { authorityLife, makeAuthority } from '../../operators/app/certificate/sign.ts';
import { home as homeObject } from '../app/home.ts';
import { appIsReady, eventually } from '../app/looking.ts';
import { app, definition, gatewayApp } from '../app/objects.ts';
import { cutAt, holdUntil, refuse, reset } from '../faults/faults.ts';
import { MUTATING } from '../faults/proxy.ts';
import type { Labels } from '../harness/prometheus.ts';
import { metricsIn, metricsOf } from './expressions.ts';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;
let client: Scene['home']['client'];
/** Breaks the watch on Routes off. */
const routesUnseen = new AbortController();
const routes = /\/v1alpha1\/routes\?/;
const always = { times: Number.POSITIVE_INFINITY };

beforeAll(async () => {
  scene = await openScene();
  client = scene.home.client;
  scene.proxy.on({ watch: true, path: routes }, cutAt(routesUnseen.signal));
  const route = { name: 'route', kind: 'Route', required: true, port: 'http' };
  await client.apply(
    gatewayApp(scene.home.gatewayPort),
    definition('simple', { integrations: [route] }),
    ...['well', 'shut'].map((name) => app(name, 'simple')),
  );
  for (const name of ['well', 'shut']) await appIsReady(client, inHome(name));
});
afterAll(() => scene?.close());

const inHome = (name: string) => ({ namespace: 'home', name });
const allRules = () => scene.rendered.rules.groups.flatMap(({ rules }) => rules);

/** Sees that an alert does not fire before a fault is made, does after it, and no longer once it is mended. */
async function fires(
  alert: string,
  labels: Labels,
  fault: () => Promise<unknown>,
  mend?: () => Promise<unknown>,
): Promise<void> {
  expect(await scene.firing(alert, labels), `${alert} before the fault`).toEqual([]);
  await fault();
  await eventually(async () => expect(await scene.firing(alert, labels)).toHaveLength(1));
  const [fired] = await scene.firing(alert, labels);
  expect(Object.values(fired?.annotations ?? {}).join(' ')).not.toContain('<no value>');
  if (mend === undefined) return;
  await mend();
  await eventually(async () => expect(await scene.firing(alert, labels)).toEqual([]));
}

describe('while all is well', () => {
  test('no alert fires, or is about to', async () => {
    await eventually(async () => expect(await scene.prometheus.alerts()).toEqual([]));
    await pause(4_000);
    expect(await scene.prometheus.query('count_over_time(ALERTS{alertstate="firing"}[4s])')).toEqual([]);
  });

  test('every metric that a rule asks for is served', async () => {
    const served = metricsOf(await scene.exposition('leader'));
    // Of the scrape itself Prometheus tells.
    for (const name of ['up', ...allRules().flatMap(({ record }) => record ?? [])]) served.add(name);
    const wanted = new Set(allRules().flatMap(({ expr }) => metricsIn(expr)));
    expect(wanted.size).toBeGreaterThan(10);
    expect([...wanted].filter((name) => !served.has(name))).toEqual([]);
  });

  test('every panel of the dashboard has something to show', async () => {
    const empty: string[] = [];
    for (const { title, targets = [] } of scene.rendered.dashboard.panels) {
      for (const { expr } of targets) {
        const series = await scene.prometheus.query(expr.replaceAll('$__rate_interval', '5s'));
        if (series.length === 0) empty.push(`${title}: ${expr}`);
      }
    }
    expect(empty).toEqual([]);
  });

  test('the namespace of an app is its own, not that of the operators', async () => {
    const ready = await scene.prometheus.query('hearth_app_ready == 1');
    expect(ready.map(({ metric: { namespace, name, pod } }) => ({ namespace, name, pod }))).toEqual(
      expect.arrayContaining([{ namespace: 'home', name: 'well', pod: 'leader' }]),
    );
  });
});

describe.concurrent('of apps', () => {
  test('one whose pods do not come up', () =>
    fires(
      'HearthAppNotReady',
      inHome('slow'),
      async () => {
        scene.home.kubelet.hold('home/slow');
        await client.apply(app('slow', 'simple'));
      },
      async () => scene.home.kubelet.release('home/slow'),
    ));

  test('one that asks for what there is not', () =>
    fires(
      'HearthAppStalled',
      inHome('pinned'),
      () => client.apply(app('pinned', 'simple', { version: '9.9' })),
      () => client.patch(App, inHome('pinned'), { spec: { version: '1.0' } }),
    ));

  test('one whose plan waits for a person', () =>
    fires(
      'HearthPlanAwaitsApproval',
      inHome('careful'),
      () => client.apply(app('careful', 'simple', { approval: 'Manual' })),
      async () => {
        const approvedPlan = (await client.get(App, inHome('careful')))?.status?.plan;
        await client.patch(App, inHome('careful'), { spec: { approvedPlan } });
      },
    ));

  test('one whose gateway lets nobody through', () =>
    fires(
      'HearthAppUnreachable',
      inHome('shut'),
      async () => {
        scene.home.gateway.shut();
        // What answers is asked again in ten minutes, or when its route is touched.
        await client.patch(Route, inHome('shut-route'), { metadata: { annotations: { touched: 'once' } } });
      },
      async () => scene.home.gateway.open(),
    ));
});

describe.concurrent('of the home and its operators', () => {
  test('an authority that ends, and one that is damaged', async () => {
    const { data } = (await client.get(Secret, authorityKey)) ?? {};
    const restore = () => client.patch(Secret, authorityKey, { data });
    const inThreeDays = new Date(Date.now() - authorityLife + 3 * 86_400_000);
    const old = tlsSecret(authorityKey, await makeAuthority(homeObject.spec.domain, inThreeDays));
    await fires(
      'HearthCertificateEnding',
      authorityKey,
      () => client.patch(Secret, authorityKey, { data: old.data }),
      restore,
    );
    await fires(
      'HearthHomeNotReady',
      { name: 'home' },
      () => client.patch(Secret, authorityKey, { data: { 'tls.key': 'ZGFtYWdlZA==' } }),
      restore,
    );
  });

  test('a webhook that is gone, and without which the API server lets nothing in', () =>
    fires(
      'HearthReconcileErrors',
      { controller: 'app' },
      async () => {
        await scene.home.kubectl(['create', '-f', '-'], brokenWebhook('refused'));
        await client.apply(app('refused', 'simple'));
      },
      () => scene.home.kubectl(['delete', 'validatingwebhookconfiguration', 'broken']),
    ));

  test('a kind that may not be watched any more', async () => {
    let mend = () => {};
    await fires(
      'HearthWatchFailing',
      { kind: 'apps.hearth.dev/v1alpha1/Route' },
      async () => {
        mend = scene.proxy.on({ path: routes }, refuse(403), always).remove;
        routesUnseen.abort();
      },
      async () => mend(),
    );
  });

  test('more objects than the memory is for', async () => {
    const names: string[] = [];
    await fires(
      'HearthMemoryNearLimit',
      { pod: 'standby' },
      async () => {
        scene.standby.start();
        await fillMemory(names);
      },
      () => Promise.all(names.map((name) => client.remove(Secret, inHome(name)))),
    );
  });
});

/**
 * Makes Secrets that every process of the operators keeps in memory, until the standby has been short of it for a
 * while, and notes their names.
 */
async function fillMemory(names: string[]): Promise<void> {
  const large = { large: 'A'.repeat(1_000_000) };
  while ((await scene.firing('HearthMemoryNearLimit')).length === 0) {
    if ((await usedMemory()) > 0.92) {
      await pause(300);
      continue;
    }
    const name = `large-${names.length}`;
    names.push(name);
    await client.apply(managedSecret(name, large));
  }
}

/** The part of its heap that the standby uses; 1 while it can't tell. */
async function usedMemory(): Promise<number> {
  const text = await scene.exposition('standby').catch(() => '');
  const [used, limit] = ['used', 'limit'].map((what) =>
    Number(new RegExp(`^nodejs_heap_size_${what}_bytes (\\S+)$`, 'm').exec(text)?.[1] ?? 1),
  );
  return (used ?? 1) / (limit ?? 1);
}

/** A Secret as the suite makes its own, without which it would not see it. */
const managedSecret = (name: string, data: object): Resource =>
  ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...inHome(name), labels: { 'app.kubernetes.io/managed-by': 'hearth' } },
    data,
  }) as Resource;

/** Asks a server that is not there about the workloads of one App. */
const brokenWebhook = (of: string) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'broken' },
  webhooks: [
    {
      name: 'broken.example.org',
      clientConfig: { url: 'https://127.0.0.1:1/' },
      objectSelector: { matchLabels: { 'app.kubernetes.io/instance': of } },
      rules: [
        {
          apiGroups: ['apps'],
          apiVersions: ['v1'],
          operations: ['CREATE', 'UPDATE'],
          resources: ['deployments'],
        },
      ],
      failurePolicy: 'Fail',
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      timeoutSeconds: 1,
    },
  ],
});

describe('of all work', () => {
  test('more of it than gets done', async () => {
    const goOn = new AbortController();
    // One that stands by works on nothing, and that is as it should be.
    const waiting = await scene.prometheus.query('workqueue_depth{pod="standby"} > 0');
    expect(waiting).not.toEqual([]);
    await fires(
      'HearthWorkQueueBacksUp',
      { name: 'app' },
      async () => {
        scene.proxy.on({ methods: MUTATING, path: /\/plans\/crowd-/ }, holdUntil(goOn.signal), always);
        const crowd = Array.from({ length: 12 }, (_, index) => app(`crowd-${index}`, 'simple'));
        await client.apply(...crowd);
      },
      async () => goOn.abort(),
    );
  });

  test('an API server that is gone', async () => {
    let mend = () => {};
    await fires(
      'HearthKubernetesUnreachable',
      {},
      async () => {
        mend = scene.proxy.on({}, reset, always).remove;
      },
      async () => {
        // That nobody can lead is no news then.
        expect(await scene.firing('HearthNobodyLeads')).toEqual([]);
        mend();
      },
    );
  });

  test('a lease whose holder is gone, and that lasts long', () => {
    const lease = { namespace: 'hearth-system', name: 'hearth-app' };
    const spec = { holderIdentity: 'gone', leaseDurationSeconds: 3600 };
    return fires(
      'HearthNobodyLeads',
      { name: 'hearth-app' },
      () => client.patch(Lease, lease, { spec }),
      () => client.remove(Lease, lease),
    );
  });

  test('operators that are gone', () =>
    fires(
      'HearthOperatorsMissing',
      {},
      () => Promise.all([scene.leader.kill(), scene.standby.kill()]),
      async () => scene.leader.start(),
    ));

  test('every alert has fired', async () => {
    const fired = await scene.prometheus.query(
      'count by (alertname) (count_over_time(ALERTS{alertstate="firing"}[1h]))',
    );
    expect(fired.map(({ metric }) => metric.alertname).sort()).toEqual(
      allRules()
        .flatMap(({ alert }) => alert ?? [])
        .sort(),
    );
  });
});
