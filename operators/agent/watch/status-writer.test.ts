import type { AgentStatus } from '@hearth/domain/schema/machine';
import { Unreachable } from '@hearth/runtime/cluster/errors';
import { expect, test, vi } from 'vitest';
import type { Wire } from '../api/wire.ts';
import { autoClock } from '../testing/auto-clock.ts';
import { createStatusWriter } from './status-writer.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** A writer, and what it has written; `fails` times nothing gets through. */
function writing(fails = 0) {
  const written: AgentStatus[] = [];
  let left = fails;
  const wire: Wire = {
    async request<T>(request: Parameters<Wire['request']>[0]): Promise<T> {
      if (left-- > 0) throw new Unreachable(request, new Error('nobody there'));
      expect(request).toMatchObject({
        method: 'PATCH',
        path: '/apis/nio.hearth.dev/v1alpha1/namespaces/hearth-machines/machines/alpha/status',
        query: { fieldManager: 'hearth-agent', force: true },
        contentType: 'application/apply-patch+yaml',
      });
      written.push((request.body as { readonly status: { readonly agent: AgentStatus } }).status.agent);
      return {} as T;
    },
    stream: async () => undefined,
  };
  const writer = createStatusWriter({
    wire,
    namespace: 'hearth-machines',
    machine: 'alpha',
    clock: autoClock(),
    logger: silent,
  });
  const ending = new AbortController();
  const running = writer.run(ending.signal);
  return {
    writer,
    written,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
    },
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

test('a status is written once, and again when it changes', async () => {
  await using scene = writing();
  scene.writer.say({ version: '1' });
  scene.writer.say({ version: '1' });
  await vi.waitFor(() => expect(scene.written).toEqual([{ version: '1' }]));
  scene.writer.say({ version: '1' });
  await settled();
  scene.writer.say({ version: '2' });
  await vi.waitFor(() => expect(scene.written).toEqual([{ version: '1' }, { version: '2' }]));
});

test('what stands there already is not written', async () => {
  await using scene = writing();
  scene.writer.seen({ version: '1' });
  scene.writer.say({ version: '1' });
  await settled();
  expect(scene.written).toEqual([]);
});

test('what somebody else has changed is put right', async () => {
  await using scene = writing();
  scene.writer.say({ version: '1' });
  await vi.waitFor(() => expect(scene.written).toHaveLength(1));
  scene.writer.seen({ version: 'forged' });
  await vi.waitFor(() => expect(scene.written).toEqual([{ version: '1' }, { version: '1' }]));
});

test('what does not get through is tried until it does, as it is by then', async () => {
  await using scene = writing(3);
  scene.writer.say({ version: '1' });
  scene.writer.say({ version: '2' });
  await vi.waitFor(() => expect(scene.written).toEqual([{ version: '2' }]));
});
