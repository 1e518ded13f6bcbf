import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { type Controller, mapped } from './controller.ts';
import {
  type Bench,
  conditionOf,
  eventually,
  Greeting,
  type GreetingObject,
  managerFor,
  openBench,
} from './fixtures/api.ts';
import { ConfigMap, type ConfigMapObject } from './kinds/core.ts';
import { Event } from './kinds/system.ts';
import type { Manager } from './manager.ts';
import { ready, stalled, Waiting } from './outcome.ts';
import { withOwner } from './ownership.ts';
import { type Kind, resourcePath } from './resource.ts';

let bench: Bench;
let manager: Manager | undefined;

beforeAll(async () => {
  bench = await openBench(inject('kubeconfig'));
});
afterEach(() => manager?.stop());
afterAll(() => bench.close());

/** Runs controllers until the end of the test. */
async function run(...controllers: Controller<GreetingObject>[]): Promise<Manager> {
  manager = await managerFor(inject('kubeconfig'), controllers, {
    http: { port: 0, host: '127.0.0.1' },
  });
  await manager.start();
  return manager;
}

/** A controller over this file's namespace that notes its passes and keeps a ConfigMap per Greeting. */
function greeter(
  passes: string[],
  more: Partial<Controller<GreetingObject>> = {},
): Controller<GreetingObject> {
  return {
    name: 'greeter',
    kind: Greeting,
    owns: [ConfigMap],
    async reconcile(greeting, { act }) {
      const { name, namespace } = greeting.metadata;
      if (namespace !== bench.namespace) return ready();
      passes.push(name);
      const data = { text: greeting.spec.text };
      await act.apply(
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data },
        { owner: greeting },
      );
      return ready({ status: { configMap: name }, message: `greets with ${greeting.spec.text}` });
    },
    ...more,
  };
}

/** The sum of the metrics whose name and labels begin so. */
async function metric(running: Manager, prefix: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${running.httpPort()}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(prefix));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** How many requests were answered so far that write. */
async function writes(running: Manager): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${running.httpPort()}/metrics`)).text();
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('rest_client_requests_total') && !line.includes('method="GET"'));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

test('an object becomes Ready, and what it owns is made and healed', async () => {
  await run(greeter([]));
  await bench.greeting('makes');
  await eventually(async () => {
    const greeting = await bench.get(Greeting, 'makes');
    expect(conditionOf(greeting, 'Ready')).toMatchObject({
      status: 'True',
      message: 'greets with hello',
      observedGeneration: 1,
    });
    expect(greeting.status).toMatchObject({ observedGeneration: 1, configMap: 'makes' });
  });
  const map = await bench.get(ConfigMap, 'makes');
  expect(map.metadata.ownerReferences).toMatchObject([{ kind: 'Greeting', name: 'makes', controller: true }]);

  await bench.patch(ConfigMap, 'makes', { data: { text: 'drifted' } });
  await eventually(async () => expect((await bench.get(ConfigMap, 'makes')).data).toEqual({ text: 'hello' }));
  await bench.delete(ConfigMap, 'makes');
  await eventually(async () => expect((await bench.get(ConfigMap, 'makes')).data).toEqual({ text: 'hello' }));
});

test('a pass over what is as it should be sends nothing, also after a restart', async () => {
  const passes: string[] = [];
  await run(greeter(passes));
  await bench.greeting('quiet');
  await eventually(async () => conditionOf(await bench.get(Greeting, 'quiet'), 'Ready'));
  await manager?.stop();

  const again: string[] = [];
  const running = await run(greeter(again));
  await eventually(() => expect(again).toContain('quiet'));
  const before = await bench.get(Greeting, 'quiet');
  await bench.patch(Greeting, 'quiet', { metadata: { labels: { touched: 'yes' } } });
  await eventually(() => expect(again.filter((name) => name === 'quiet').length).toBeGreaterThan(1));
  expect(await writes(running)).toBe(0);
  expect((await bench.get(Greeting, 'quiet')).status).toEqual(before.status);
});

test('what a former object of the same name left goes, whether its successor wants the like or not', async () => {
  await run(greeter([]));
  const former = await bench.greeting('anew');
  await eventually(() => bench.get(ConfigMap, 'anew'));
  await bench.create(
    ConfigMap,
    withOwner(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'anew-more', namespace: bench.namespace } },
      former,
    ),
  );
  // Nothing here collects garbage.
  await bench.delete(Greeting, 'anew');
  const { metadata } = await bench.greeting('anew', 'again');
  await eventually(async () => {
    const map = await bench.get(ConfigMap, 'anew');
    expect(map).toMatchObject({
      data: { text: 'again' },
      metadata: { ownerReferences: [{ uid: metadata.uid }] },
    });
  });
  await expect(bench.get(ConfigMap, 'anew-more')).rejects.toMatchObject({ status: 404 });
});

test('a field that the intent no longer names is removed, also when the process was restarted in between', async () => {
  const withTwo = greeter([], {
    async reconcile({ metadata: { name, namespace }, ...rest }, { act }) {
      if (namespace !== bench.namespace) return ready();
      const owner = { metadata: { name, namespace }, ...rest };
      const data: Record<string, string> = name === 'shrinks' ? { text: 'a', more: 'b' } : {};
      await act.apply(
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data },
        { force: false },
      );
      return ready({ message: owner.kind });
    },
  });
  await bench.greeting('shrinks');
  await run(withTwo);
  await eventually(async () =>
    expect((await bench.get(ConfigMap, 'shrinks')).data).toEqual({ text: 'a', more: 'b' }),
  );
  await manager?.stop();
  const withOne = greeter([], {
    async reconcile({ metadata: { name, namespace } }, { act }) {
      if (namespace !== bench.namespace || name !== 'shrinks') return ready();
      await act.apply({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace },
        data: { text: 'a' },
      });
      return ready();
    },
  });
  await run(withOne);
  await eventually(async () => expect((await bench.get(ConfigMap, 'shrinks')).data).toEqual({ text: 'a' }));
});

test('a conflict of field managers is a condition, not a loop', async () => {
  const passes: string[] = [];
  await bench.transport.request({
    method: 'PATCH',
    path: resourcePath(ConfigMap, { namespace: bench.namespace, name: 'contested' }),
    query: { fieldManager: 'somebody-else' },
    contentType: 'application/apply-patch+yaml',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'contested' }, data: { text: 'theirs' } },
  });
  await run(
    greeter(passes, {
      async reconcile({ metadata: { name, namespace }, spec: { text: mine } }, { act }) {
        if (name !== 'contested') return ready();
        passes.push(name);
        const metadata = { name, namespace };
        await act.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text: mine } });
        return ready();
      },
    }),
  );
  await bench.greeting('contested');
  await eventually(async () => {
    const greeting = await bench.get(Greeting, 'contested');
    expect(conditionOf(greeting, 'Stalled')).toMatchObject({ status: 'True', reason: 'FieldConflict' });
    expect(conditionOf(greeting, 'Ready').message).toBe(
      `ConfigMap ${bench.namespace}/contested is managed by somebody-else too, with other values in data.text: leave these to one of them.`,
    );
  });
  const count = passes.filter((name) => name === 'contested').length;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(passes.filter((name) => name === 'contested').length).toBe(count);
  expect((await bench.get(ConfigMap, 'contested')).data).toEqual({ text: 'theirs' });
  await eventually(async () => {
    const events = await bench.transport.request<{
      items: { reason: string; regarding: { name: string } }[];
    }>({
      method: 'GET',
      path: resourcePath(Event, { namespace: bench.namespace }),
    });
    expect(events.items).toContainEqual(
      expect.objectContaining({
        reason: 'FieldConflict',
        regarding: expect.objectContaining({ name: 'contested' }),
      }),
    );
  });
});

test('what another object controls is not taken over', async () => {
  await run(greeter([]));
  await bench.greeting('first');
  await eventually(async () => conditionOf(await bench.get(Greeting, 'first'), 'Ready'));
  await manager?.stop();
  const thief = greeter([], {
    async reconcile(greeting, { act }) {
      const { name, namespace } = greeting.metadata;
      if (name !== 'thief') return ready();
      const desired = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'first', namespace },
        data: { text: 'mine' },
      };
      await act.apply(desired, { owner: greeting, force: true });
      return ready();
    },
  });
  await run(thief);
  await bench.greeting('thief');
  await eventually(async () =>
    expect(conditionOf(await bench.get(Greeting, 'thief'), 'Stalled').reason).toBe('NotOurs'),
  );
  expect((await bench.get(ConfigMap, 'first')).data).toEqual({ text: 'hello' });
});

test('a finalizer keeps a deleted object until finalize is ready', async () => {
  let mayGo = false;
  const finalized: string[] = [];
  await run(
    greeter([], {
      finalizer: 'test.hearth.dev/greeter',
      async finalize({ metadata: { name } }) {
        finalized.push(name);
        if (!mayGo) throw new Waiting('NotYet', 'the other side is not done', { after: 50 });
        return ready();
      },
    }),
  );
  await bench.greeting('lingers');
  await eventually(async () => {
    expect((await bench.get(Greeting, 'lingers')).metadata.finalizers).toEqual(['test.hearth.dev/greeter']);
  });
  await bench.delete(Greeting, 'lingers');
  await eventually(async () => {
    expect(conditionOf(await bench.get(Greeting, 'lingers'), 'Reconciling')).toMatchObject({
      reason: 'NotYet',
    });
  });
  mayGo = true;
  await eventually(() => expect(bench.get(Greeting, 'lingers')).rejects.toMatchObject({ status: 404 }));
  expect(finalized.length).toBeGreaterThan(1);
});

test("another's finalizer that moves meanwhile is not taken for one's own", async () => {
  const mine = 'test.hearth.dev/greeter';
  const other = 'test.hearth.dev/other';
  let finalized = 0;
  const running = await run(
    greeter([], {
      name: 'mover',
      reconcile: async () => ready(),
      finalizer: mine,
      async finalize({ metadata: { name } }) {
        // By now the cached object is out of date: where it has one finalizer, the server has the other.
        if (finalized++ === 0) await bench.patch(Greeting, name, { metadata: { finalizers: [mine, other] } });
        return ready();
      },
    }),
  );
  await bench.create(Greeting, {
    apiVersion: Greeting.apiVersion,
    kind: Greeting.kind,
    metadata: { name: 'shared', finalizers: [other] },
    spec: { text: 'hello' },
  });
  await eventually(async () =>
    expect((await bench.get(Greeting, 'shared')).metadata.finalizers).toEqual([other, mine]),
  );
  await bench.delete(Greeting, 'shared');
  await eventually(async () =>
    expect((await bench.get(Greeting, 'shared')).metadata.finalizers).toEqual([other]),
  );
  expect(finalized).toBe(2);
  expect(conditionOf(await bench.get(Greeting, 'shared'), 'Ready').status).toBe('True');
  expect(await metric(running, 'controller_runtime_reconcile_total{controller="mover",result="error"}')).toBe(
    0,
  );
  await bench.patch(Greeting, 'shared', { metadata: { finalizers: null } });
});

test('the status of an object that is deleted while it is reconciled is not put on its successor', async () => {
  const passes: (string | undefined)[] = [];
  const replace = async () => {
    await bench.delete(Greeting, 'replaced');
    await bench.greeting('replaced', 'another');
  };
  const running = await run(
    greeter([], {
      name: 'replacer',
      async reconcile({ metadata: { name, uid }, spec }) {
        if (name !== 'replaced') return ready();
        passes.push(uid);
        if (spec.text !== 'hello') return ready();
        await replace();
        return ready({ status: { configMap: 'of the first' } });
      },
    }),
  );
  const first = await bench.greeting('replaced');
  await eventually(async () => conditionOf(await bench.get(Greeting, 'replaced'), 'Ready'));
  const second = await bench.get(Greeting, 'replaced');
  expect(second.metadata.uid).not.toBe(first.metadata.uid);
  expect(second.status).not.toHaveProperty('configMap');
  expect(passes).toEqual([first.metadata.uid, second.metadata.uid]);
  expect(
    await metric(running, 'controller_runtime_reconcile_total{controller="replacer",result="error"}'),
  ).toBe(0);
});

test('an object that is deleted while it is reconciled leaves nothing behind', async () => {
  const passes: string[] = [];
  const running = await run(
    greeter([], {
      name: 'vanisher',
      async reconcile({ metadata: { name } }) {
        if (name !== 'vanishes') return ready();
        passes.push(name);
        await bench.delete(Greeting, name);
        return ready({ status: { configMap: 'too late' } });
      },
    }),
  );
  await bench.greeting('vanishes');
  await eventually(() => expect(bench.get(Greeting, 'vanishes')).rejects.toMatchObject({ status: 404 }));
  await eventually(async () => {
    expect(
      await metric(running, 'controller_runtime_reconcile_total{controller="vanisher",result="requeue"}'),
    ).toBe(1);
  });
  expect(passes).toEqual(['vanishes']);
  expect(
    await metric(running, 'controller_runtime_reconcile_total{controller="vanisher",result="error"}'),
  ).toBe(0);
});

test('an unexpected error is a condition, and retried with growing delays until it is gone', async () => {
  let failures = 0;
  await run(
    greeter([], {
      async reconcile({ metadata: { name } }) {
        if (name === 'fails' && ++failures < 4) throw new Error('cannot reach postgres://admin:hunter2@db/x');
        return ready();
      },
    }),
  );
  await bench.greeting('fails');
  await eventually(async () => {
    const { status, reason, message } = conditionOf(await bench.get(Greeting, 'fails'), 'Ready');
    expect({ status, reason }).toEqual({ status: 'False', reason: 'ReconcileError' });
    expect(message).not.toContain('hunter2');
  });
  await eventually(async () =>
    expect(conditionOf(await bench.get(Greeting, 'fails'), 'Ready').status).toBe('True'),
  );
  expect(failures).toBe(4);
});

test('a stalled object is left alone until it changes', async () => {
  const passes: string[] = [];
  await run(
    greeter(passes, {
      async reconcile({ metadata: { name }, spec }) {
        if (name !== 'stuck') return ready();
        passes.push(spec.text);
        return spec.text === 'good' ? ready() : stalled('BadText', `"${spec.text}" is no greeting`);
      },
    }),
  );
  await bench.greeting('stuck', 'bad');
  await eventually(async () =>
    expect(conditionOf(await bench.get(Greeting, 'stuck'), 'Stalled').reason).toBe('BadText'),
  );
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(passes).toEqual(['bad']);
  await bench.patch(Greeting, 'stuck', { spec: { text: 'good' } });
  await eventually(async () => {
    const greeting = await bench.get(Greeting, 'stuck');
    expect(greeting.status?.conditions?.map(({ type }) => type)).toEqual(['Ready']);
    expect(greeting.status?.observedGeneration).toBe(2);
  });
});

test('no pass sees a cache that is older than what the last pass wrote', async () => {
  const stale: string[] = [];
  let written = 0;
  await run(
    greeter([], {
      name: 'counter',
      async reconcile({ metadata: { name, namespace } }, { read, act }) {
        if (name !== 'counts') return ready();
        const seen = Number(read.get(ConfigMap, { name: 'counted', namespace })?.data?.n ?? 0);
        if (seen !== written) stale.push(`${seen} after ${written}`);
        if (written === 300) return ready();
        const data = { n: String(written + 1) };
        await act.apply({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'counted', namespace },
          data,
        });
        written++;
        return ready({ after: 0 });
      },
    }),
  );
  await bench.greeting('counts');
  await eventually(() => expect(written).toBe(300));
  expect(stale).toEqual([]);
});

test('a mapped kind wakes what it names, and a kind without a status of its own can be reconciled', async () => {
  const woken: string[] = [];
  const overMaps: Controller<ConfigMapObject> = {
    name: 'over-maps',
    kind: ConfigMap,
    selector: 'test=mapped',
    watches: [mapped(Greeting, ({ metadata: { namespace }, spec }) => [{ namespace, name: spec.text }])],
    async reconcile({ metadata: { name, namespace } }) {
      if (namespace === bench.namespace) woken.push(name);
      return ready();
    },
  };
  const labels = { test: 'mapped' };
  await bench.create(ConfigMap, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'target', labels },
  });
  manager = await managerFor(inject('kubeconfig'), [overMaps]);
  await manager.start();
  await eventually(() => expect(woken).toEqual(['target']));
  await bench.greeting('points', 'target');
  await eventually(() => expect(woken).toEqual(['target', 'target']));
});

test('a kind that is defined without a status is reconciled once, not in a loop', async () => {
  const Mute: Kind<GreetingObject> = {
    apiVersion: 'mute.hearth.dev/v1',
    kind: 'Mute',
    plural: 'mutes',
    namespaced: true,
  };
  await bench.install(Mute, { hasStatus: false });
  const passes: string[] = [];
  const reconcile = async ({ metadata: { name } }: GreetingObject) => {
    passes.push(name);
    return ready();
  };
  const running = await run({ name: 'over-mutes', kind: Mute, reconcile });
  await bench.create(Mute, {
    apiVersion: Mute.apiVersion,
    kind: Mute.kind,
    metadata: { name: 'm' },
    spec: { text: '' },
  });
  await eventually(() => expect(passes).toEqual(['m']));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(passes).toEqual(['m']);
  expect(await metric(running, 'controller_runtime_reconcile_total{controller="over-mutes"')).toBe(1);
});

test('a kind that is not installed does not hold a manager up, and is followed once it is', async () => {
  const Late: Kind<GreetingObject> = {
    apiVersion: 'late.hearth.dev/v1',
    kind: 'Late',
    plural: 'lates',
    namespaced: true,
  };
  const seen: number[] = [];
  const running = await run(
    greeter([], {
      watches: [
        mapped(Late, ({ spec, metadata: { namespace } }) => [{ namespace, name: spec.text }], {
          optional: true,
        }),
      ],
      async reconcile({ metadata: { name } }, { read }) {
        if (name === 'patient') seen.push(read.list(Late).length);
        return ready();
      },
    }),
  );
  expect(running.ready()).toBe(true);
  await bench.greeting('patient');
  await eventually(() => expect(seen).toEqual([0]));
  await bench.install(Late);
  await bench.create(Late, {
    apiVersion: Late.apiVersion,
    kind: Late.kind,
    metadata: { name: 'l' },
    spec: { text: 'patient' },
  });
  await eventually(() => expect(seen).toEqual([0, 1]));
});

test('serves health, readiness and the metrics that dashboards know', async () => {
  const running = await run(greeter([]));
  const get = async (path: string) => fetch(`http://127.0.0.1:${running.httpPort()}${path}`);
  expect(await (await get('/healthz')).text()).toBe('ok\n');
  // A metric moves when what it counts is over, which may be just after it shows in the object.
  await eventually(async () => expect((await get('/readyz')).status).toBe(200));
  expect((await get('/elsewhere')).status).toBe(404);
  await bench.greeting('measured');
  await eventually(async () => conditionOf(await bench.get(Greeting, 'measured'), 'Ready'));
  await eventually(async () => {
    for (const moved of [
      'controller_runtime_reconcile_total{controller="greeter",result="success"}',
      'controller_runtime_reconcile_time_seconds_count{controller="greeter"}',
      'workqueue_adds_total{name="greeter"',
    ]) {
      expect(await metric(running, moved)).toBeGreaterThan(0);
    }
    expect(await metric(running, 'workqueue_depth{name="greeter"')).toBe(0);
  });
  expect(await metric(running, 'controller_runtime_max_concurrent_reconciles{controller="greeter"}')).toBe(4);
  expect(await metric(running, 'leader_election_master_status{name="test"}')).toBe(1);
  expect(await writes(running)).toBeGreaterThan(0);
});
