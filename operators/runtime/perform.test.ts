import { expect, test } from 'vitest';
import type { ApiRequest } from './cluster/transport.ts';
import type { Controller } from './controller.ts';
import { createEventRecorder } from './events.ts';
import { ConfigMap, type ConfigMapObject } from './kinds/core.ts';
import { createMetrics } from './metrics.ts';
import { ready } from './outcome.ts';
import { createPerformer } from './perform.ts';
import { createRead } from './read.ts';
import { fakeClock, silentLog } from './testing.ts';

const object: ConfigMapObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', namespace: 'n', uid: 'u', resourceVersion: '1' },
};

/** An API server that answers nothing, until whoever asks has had enough. */
const mute = {
  request: <T>({ signal }: ApiRequest) =>
    new Promise<T>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
};

function performerOf(controller: Controller<ConfigMapObject>) {
  const clock = fakeClock();
  const transport = { ...mute, stream: mute.request, gated: () => transport, close: async () => undefined };
  const read = createRead(() => {
    throw new Error('nothing is cached');
  }, transport);
  return createPerformer(
    controller,
    new Map(),
    read,
    {
      transport,
      clock,
      gate: () => undefined,
      log: silentLog,
      metrics: createMetrics(),
      events: createEventRecorder({ transport, clock, instance: 'i', onError: () => undefined }),
      reach: async () => ({ host: 'h', port: 1 }),
      findKind: () => ConfigMap,
    },
    () => undefined,
  );
}

test.each<[string, Controller<ConfigMapObject>['reconcile']]>([
  [
    'reads past the caches',
    async (_, { read }) => {
      await read.live(ConfigMap, { name: 'y', namespace: 'n' });
      return ready();
    },
  ],
  [
    'writes',
    async (_, { act }) => {
      await act.delete(ConfigMap, { name: 'y', namespace: 'n' });
      return ready();
    },
  ],
])('a pass that %s is cut off with its term', async (_, reconcile) => {
  const term = new AbortController();
  const performed = performerOf({ name: 'c', kind: ConfigMap, reconcile }).once(object, term.signal);
  setImmediate(() => term.abort(new Error('this process no longer leads')));
  expect((await performed).end).toEqual({ type: 'cut-off' });
});
