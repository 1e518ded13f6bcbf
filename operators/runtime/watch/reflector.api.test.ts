import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../../e2e/harness/control-plane.ts';
import { systemClock } from '../clock.ts';
import { isExpired } from '../cluster/errors.ts';
import { loadCluster } from '../cluster/load.ts';
import { type ApiRequest, createTransport, type Transport } from '../cluster/transport.ts';
import { type Bench, eventually, openBench } from '../fixtures/api.ts';
import { type Link, openLink } from '../fixtures/link.ts';
import { ConfigMap } from '../kinds/core.ts';
import type { Resource } from '../resource.ts';
import { type ReflectorOptions, reflect } from './reflector.ts';

/** A plane of its own: it is restarted and compacted. */
let plane: ControlPlane;
let bench: Bench;
let link: Link;
let transport: Transport;
let stopping: AbortController;
let errors: unknown[];
let lists: number;
let objects: Map<string, Resource>;

beforeAll(async () => {
  plane = await startControlPlane();
  bench = await openBench(plane.kubeconfig);
});
afterAll(async () => {
  await bench?.close();
  await plane?.stop();
});
beforeEach(async () => {
  const cluster = await loadCluster({ kubeconfig: plane.kubeconfig });
  link = await openLink(Number(new URL(cluster.server).port));
  transport = createTransport({ ...cluster, server: `https://127.0.0.1:${link.port}` });
  stopping = new AbortController();
  errors = [];
  lists = 0;
  objects = new Map();
});
afterEach(async () => {
  stopping.abort();
  await transport.close();
  await link.close();
});

/** Reflects the ConfigMaps with the label of a test into `objects`. */
function start(label: string, options: Partial<ReflectorOptions> = {}): void {
  let pages: Resource[] = [];
  const store = {
    listing() {
      lists++;
      pages = [];
    },
    page: (page: readonly Resource[]) => void pages.push(...page),
    listed() {
      objects = new Map(pages.map((object) => [object.metadata.name, object]));
    },
    put: (object: Resource) => void objects.set(object.metadata.name, object),
    remove: (object: Resource) => void objects.delete(object.metadata.name),
  };
  void reflect(
    {
      transport,
      kind: ConfigMap,
      selector: `test=${label}`,
      clock: systemClock,
      store,
      onError: (error) => errors.push(error),
      backoff: { first: 50, longest: 500 },
      ...options,
    },
    stopping.signal,
  );
}

async function put(label: string, name: string): Promise<void> {
  const metadata = { name: `${label}-${name}`, labels: { test: label } };
  await bench.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
}

const names = () => [...objects.keys()].sort();

test('lists page by page, then follows the watch', async () => {
  for (let n = 0; n < 7; n++) await put('paged', `${n}`);
  start('paged', { pageSize: 2 });
  await eventually(() => expect(names()).toHaveLength(7));
  await put('paged', 'later');
  await bench.delete(ConfigMap, 'paged-3');
  await eventually(() =>
    expect(names()).toEqual([
      'paged-0',
      'paged-1',
      'paged-2',
      'paged-4',
      'paged-5',
      'paged-6',
      'paged-later',
    ]),
  );
  expect(lists).toBe(1);
  expect(errors).toEqual([]);
});

test('goes on from where it was when the connection breaks', async () => {
  start('broken');
  await put('broken', 'before');
  await eventually(() => expect(names()).toEqual(['broken-before']));
  link.cut();
  await put('broken', 'meanwhile');
  await eventually(() => expect(errors.length).toBeGreaterThan(1));
  link.mend();
  await eventually(() => expect(names()).toEqual(['broken-before', 'broken-meanwhile']));
  expect(lists).toBe(1);
});

test('finds out that a connection is half-open, by its silence', async () => {
  start('frozen', { silence: 400 });
  await put('frozen', 'before');
  await eventually(() => expect(names()).toEqual(['frozen-before']));
  link.freeze();
  await put('frozen', 'meanwhile');
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(names()).toEqual(['frozen-before']);
  link.mend();
  await eventually(() => expect(names()).toEqual(['frozen-before', 'frozen-meanwhile']));
});

test('finds out that the server was set back, as by a backup: it is silent until it has counted as far again', async () => {
  let restored = false;
  const longAgo: Pick<Transport, 'request' | 'stream'> = {
    stream: transport.stream,
    async request<T>(request: ApiRequest) {
      // Before the restore the server had come further than it is now.
      const ahead = restored ? {} : { metadata: { resourceVersion: '1000000000' } };
      return { ...(await transport.request<T>(request)), ...ahead };
    },
  };
  start('restored', { transport: longAgo, silence: 1_000 });
  await eventually(() => expect(lists).toBe(1));
  restored = true;
  await put('restored', 'after');
  await eventually(() => expect(names()).toEqual(['restored-after']));
  await put('restored', 'later');
  await eventually(() => expect(names()).toEqual(['restored-after', 'restored-later']));
  expect(lists).toBe(2);
  expect(errors).toEqual([]);
});

test('comes through a restart of the API server', async () => {
  start('restarted');
  await put('restarted', 'before');
  await eventually(() => expect(names()).toEqual(['restarted-before']));
  await plane.restart();
  await put('restarted', 'after');
  await bench.delete(ConfigMap, 'restarted-before');
  await eventually(() => expect(names()).toEqual(['restarted-after']));
});

test('lists again when the server has forgotten where it was', async () => {
  start('compacted');
  await put('compacted', 'before');
  await eventually(() => expect(names()).toEqual(['compacted-before']));
  link.cut();
  await bench.delete(ConfigMap, 'compacted-before');
  await put('compacted', 'after');
  await plane.compact();
  await plane.restart();
  link.mend();
  await eventually(() => expect(names()).toEqual(['compacted-after']));
  expect(lists).toBe(2);
  expect(errors.some(isExpired)).toBe(false);
});
