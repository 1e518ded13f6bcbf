import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import type { Controller } from './controller.ts';
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
import type { Manager } from './manager.ts';
import { ready } from './outcome.ts';
import { withOwner } from './ownership.ts';

let bench: Bench;
let manager: Manager | undefined;

beforeAll(async () => {
  bench = await openBench(inject('kubeconfig'));
});
afterEach(() => manager?.stop());
afterAll(() => bench.close());

const labels = { 'made-by': 'labeller' };

/** Keeps a ConfigMap of the Greeting's name, and caches only those with its label. */
function labeller(data: (text: string) => Record<string, string> = (text) => ({ text })) {
  const controller: Controller<GreetingObject> = {
    name: 'labeller',
    kind: Greeting,
    owns: [{ kind: ConfigMap, selector: 'made-by=labeller' }],
    async reconcile(greeting, { act }) {
      const { name, namespace } = greeting.metadata;
      if (namespace !== bench.namespace) return ready();
      const metadata = { name, namespace, labels };
      await act.apply(map(metadata, data(greeting.spec.text)), { owner: greeting });
      return ready();
    },
  };
  return controller;
}

const map = (metadata: ConfigMapObject['metadata'], data: Record<string, string>): ConfigMapObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata,
  data,
});

async function run(controller: Controller<GreetingObject>): Promise<void> {
  manager = await managerFor(inject('kubeconfig'), [controller]);
  await manager.start();
}

test('what a person made is not taken over, though no cache holds it', async () => {
  // The same value: no field manager would be in conflict.
  await bench.create(ConfigMap, map({ name: 'theirs' }, { text: 'hello' }));
  await run(labeller());
  await bench.greeting('theirs');
  await eventually(async () =>
    expect(conditionOf(await bench.get(Greeting, 'theirs'), 'Stalled')).toMatchObject({
      reason: 'NotOurs',
      message:
        `ConfigMap ${bench.namespace}/theirs was made by somebody else: delete or rename it, so that ` +
        `Greeting ${bench.namespace}/theirs can have its own.`,
    }),
  );
  const { ownerReferences, labels: theirs } = (await bench.get(ConfigMap, 'theirs')).metadata;
  expect({ ownerReferences, theirs }).toEqual({});
});

test('what lost its owner, but not our labels, is taken back', async () => {
  await bench.create(ConfigMap, map({ name: 'orphan', labels }, { text: 'hello' }));
  await run(labeller());
  const { metadata } = await bench.greeting('orphan');
  await eventually(async () =>
    expect((await bench.get(ConfigMap, 'orphan')).metadata.ownerReferences).toMatchObject([
      { uid: metadata.uid },
    ]),
  );
});

test('what a former object of the same name left is deleted, waited for, and made anew when it is gone', async () => {
  const former = {
    apiVersion: Greeting.apiVersion,
    kind: Greeting.kind,
    metadata: { name: 'again', namespace: bench.namespace, uid: '11111111-1111-4111-8111-111111111111' },
  };
  const finalizers = ['test.hearth.dev/slow'];
  const left = map({ name: 'again', namespace: bench.namespace, labels, finalizers }, { text: 'old' });
  await bench.create(ConfigMap, withOwner(left, former));
  await run(labeller());
  const { metadata } = await bench.greeting('again');
  await eventually(async () =>
    expect(conditionOf(await bench.get(Greeting, 'again'), 'Reconciling')).toMatchObject({
      reason: 'Going',
      message: `ConfigMap ${bench.namespace}/again is being deleted, and is made anew when it is gone.`,
    }),
  );
  await bench.patch(ConfigMap, 'again', { metadata: { finalizers: null } });
  await eventually(async () => {
    expect(conditionOf(await bench.get(Greeting, 'again'), 'Ready').status).toBe('True');
    const made = await bench.get(ConfigMap, 'again');
    expect(made.data).toEqual({ text: 'hello' });
    expect(made.metadata.ownerReferences).toMatchObject([{ uid: metadata.uid }]);
  });
});

test('what the API server refuses is said of the object, in its words', async () => {
  await run(labeller((text) => ({ 'no key': text })));
  await bench.greeting('invalid');
  await eventually(async () => {
    const { reason, message } = conditionOf(await bench.get(Greeting, 'invalid'), 'Stalled');
    expect(reason).toBe('Refused');
    expect(message).toMatch(/^ConfigMap \S+\/invalid is refused by the API server: data\[no key\]: .*\.$/s);
    expect(message).not.toContain('PATCH');
  });
});

test('a field that the kind lacks is refused, and not dropped in silence', async () => {
  const controller: Controller<GreetingObject> = {
    ...labeller(),
    async reconcile({ metadata: { name, namespace } }, { act }) {
      const misspelt = { ...map({ name, namespace, labels }, {}), datta: { text: 'hello' } };
      if (namespace === bench.namespace) await act.apply(misspelt);
      return ready();
    },
  };
  await run(controller);
  await bench.greeting('misspelt');
  await eventually(async () =>
    expect(conditionOf(await bench.get(Greeting, 'misspelt'), 'Ready')).toMatchObject({
      status: 'False',
      message: expect.stringContaining('.datta: field not declared in schema'),
    }),
  );
});
