import { expect, test } from 'vitest';
import type { Context } from './controller.ts';
import { ConfigMap } from './kinds/core.ts';
import { createLeftovers } from './leftovers.ts';
import { ready } from './outcome.ts';
import { withOwner } from './ownership.ts';
import { type Kind, kindText, type Resource } from './resource.ts';
import { createCache } from './watch/cache.ts';

const Thing: Kind = { apiVersion: 'test.hearth.dev/v1', kind: 'Thing', plural: 'things', namespaced: true };
const thing = (uid: string): Resource => ({
  apiVersion: Thing.apiVersion,
  kind: Thing.kind,
  metadata: { name: 'rss', namespace: 'home', uid },
});
const map = (name: string, more: object = {}): Resource => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'home', uid: `of-${name}`, resourceVersion: '7', ...more },
});

/** What is deleted before a pass over `object`, while the API server has `live` under its name. */
async function deleted(object: Resource, live: Resource | undefined): Promise<unknown[]> {
  const cache = createCache();
  cache.put(withOwner(map('left'), thing('first')));
  cache.put(withOwner(map('going', { deletionTimestamp: '2026-01-01T00:00:00Z' }), thing('first')));
  cache.put(withOwner(map('own'), thing('second')));
  cache.put(map('nobodys'));
  const controller = { name: 'test', kind: Thing, owns: [ConfigMap], reconcile: async () => ready() };
  const deletions: unknown[] = [];
  const context = {
    read: { live: async () => live },
    act: {
      delete: async (kind: Kind, key: object, how: object) =>
        void deletions.push({ kind: kind.kind, key, how }),
    },
  } as unknown as Context;
  await createLeftovers(controller, new Map([[kindText(ConfigMap), { kind: ConfigMap, cache }]]))(
    object,
    context,
  );
  return deletions;
}

test('what a former object of the name owned is deleted, just as it was seen', async () => {
  expect(await deleted(thing('second'), thing('second'))).toEqual([
    {
      kind: 'ConfigMap',
      key: { namespace: 'home', name: 'left' },
      how: { uid: 'of-left', resourceVersion: '7' },
    },
  ]);
});

test('what belongs to an object that the cache has not seen yet is not taken for a former one’s', async () => {
  expect(await deleted(thing('first'), thing('second'))).toEqual([]);
  expect(await deleted(thing('first'), undefined)).toEqual([]);
});
