import { expect, test, vi } from 'vitest';
import type { Wire } from '../api/wire.ts';
import { autoClock } from '../testing/auto-clock.ts';
import { createWatching, type OwnMachine, watchOwnMachine } from './own-machine.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

const machine = (spec: object) => ({
  apiVersion: 'nio.hearth.dev/v1alpha1',
  kind: 'Machine',
  metadata: { name: 'alpha', uid: 'uid', resourceVersion: '7' },
  spec,
});

/** Watches an API server that lists and then tells this; what the agent makes of it. */
async function watched(items: readonly object[], events: readonly object[] = []) {
  const seen: (OwnMachine | undefined)[] = [];
  const asked: unknown[] = [];
  const stopping = new AbortController();
  const wire: Wire = {
    async request<T>(request: Parameters<Wire['request']>[0]): Promise<T> {
      asked.push(request.query?.fieldSelector);
      return { metadata: { resourceVersion: '7' }, items } as T;
    },
    stream(request, data) {
      asked.push(request.query?.fieldSelector);
      for (const event of events) data(Buffer.from(`${JSON.stringify(event)}\n`));
      return new Promise((_, reject) =>
        request.signal?.addEventListener('abort', () => reject(request.signal?.reason)),
      );
    },
  };
  const watching = watchOwnMachine(
    {
      wire,
      namespace: 'hearth-machines',
      name: 'alpha',
      clock: { ...autoClock(), after: () => () => undefined },
      logger: silent,
      onMachine: (own) => void seen.push(own),
      onError: () => undefined,
    },
    stopping.signal,
  );
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(1));
  stopping.abort();
  await watching;
  return { seen, asked };
}

test('the agent asks for its own Machine and no other', async () => {
  const { seen, asked } = await watched([machine({})]);
  expect(new Set(asked)).toEqual(new Set(['metadata.name=alpha']));
  expect(seen.map((own) => own?.metadata.name)).toEqual(['alpha']);
});

test('it hears of changes, and that there is no Machine any more', async () => {
  const assigned = machine({ assignment: { id: 'one', action: 'Golden' } });
  const events = [
    { type: 'MODIFIED', object: assigned },
    { type: 'DELETED', object: assigned },
  ];
  const { seen } = await watched([machine({})], events);
  expect(seen.map((own) => own && (own.spec.assignment?.id ?? 'none'))).toEqual(['none', 'one', undefined]);
  expect((await watched([])).seen).toEqual([undefined]);
});

test('what it does not understand changes nothing', async () => {
  const events = [
    { type: 'MODIFIED', object: machine({ assignment: { id: 'one', action: 'Explode' } }) },
    {
      type: 'MODIFIED',
      object: machine({ assignment: { id: 'one', action: 'Apply', closure: '/etc/passwd' } }),
    },
    {
      type: 'MODIFIED',
      object: machine({ assignment: { id: 'one', action: 'Apply', flake: { url: 'path:/root' } } }),
    },
  ];
  expect((await watched([machine({})], events)).seen).toHaveLength(1);
});

test('a preview that it does not understand keeps nothing else from it', async () => {
  const assignment = { id: 'one', action: 'Golden' };
  const { seen } = await watched([
    machine({ assignment, preview: { id: 'look', flake: { url: 'path:/root' } } }),
  ]);
  expect(seen).toMatchObject([{ spec: { assignment } }]);
  expect(seen[0]?.spec.preview).toBeUndefined();
});

test('begun anew, it asks for all again, over new connections, and complains of nothing', async () => {
  const asked: string[] = [];
  const errors: unknown[] = [];
  const stopping = new AbortController();
  const wire: Wire = {
    async request<T>(): Promise<T> {
      asked.push('list');
      return { metadata: { resourceVersion: '7' }, items: [machine({})] } as T;
    },
    stream({ signal }) {
      asked.push('watch');
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    },
  };
  const watching = createWatching(
    {
      wire,
      namespace: 'hearth-machines',
      name: 'alpha',
      clock: { ...autoClock(), after: () => () => undefined },
      logger: silent,
      onMachine: () => undefined,
      onError: (error) => void errors.push(error),
    },
    () => asked.push('reconnect'),
  );
  const running = watching.run(stopping.signal);
  await vi.waitFor(() => expect(asked).toEqual(['list', 'watch']));
  watching.anew();
  await vi.waitFor(() => expect(asked).toEqual(['list', 'watch', 'reconnect', 'list', 'watch']));
  stopping.abort();
  await running;
  expect(errors).toEqual([]);
});
