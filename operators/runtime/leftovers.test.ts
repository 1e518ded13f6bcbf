import { expect, test } from 'vitest';
import type { Context } from './controller.ts';
import { ConfigMap } from './kinds/core.ts';
import { createLeftovers } from './leftovers.ts';
import { ready } from './outcome.ts';
import { withOwner } from './ownership.ts';
import { type Key, type Kind, kindText, type Resource } from './resource.ts';
import { fakeClock, fakeContext } from './testing.ts';
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

/** Leftovers of a first Thing and of a second one, where the API server has `live` under their name. */
function leftoversWith(live: Resource | undefined) {
  const cache = createCache();
  cache.put(withOwner(map('left'), thing('first')));
  cache.put(withOwner(map('going', { deletionTimestamp: '2026-01-01T00:00:00Z' }), thing('first')));
  cache.put(withOwner(map('own'), thing('second')));
  cache.put(map('nobodys'));
  const controller = { name: 'test', kind: Thing, owns: [ConfigMap], reconcile: async () => ready() };
  const deleted: unknown[] = [];
  const clock = fakeClock();
  const context = {
    ...fakeContext(),
    clock,
    read: { live: async () => live },
    act: { delete: async (_: Kind, { name }: Key, how: object) => void deleted.push({ name, ...how }) },
  } as unknown as Context;
  const leftovers = createLeftovers(controller, new Map([[kindText(ConfigMap), { kind: ConfigMap, cache }]]));
  return { cache, clock, context, deleted, leftovers };
}

const key = { namespace: 'home', name: 'rss' };
const left = { name: 'left', uid: 'of-left', resourceVersion: '7' };
const own = { name: 'own', uid: 'of-own', resourceVersion: '7' };

test('what a former object of the name owned is deleted, just as it was seen', async () => {
  const { leftovers, context, deleted } = leftoversWith(thing('second'));
  await leftovers.ofFormer(thing('second'), context);
  expect(deleted).toEqual([left]);
});

test.each([
  ['another', thing('second')],
  ['none', undefined],
])(
  'what belongs to an object is not taken for a former one’s where the API server has %s by now',
  async (_, live) => {
    const { leftovers, context, deleted } = leftoversWith(live);
    await leftovers.ofFormer(thing('first'), context);
    expect(deleted).toEqual([]);
  },
);

test('what nobody of the name owns any more is left to the garbage collector for a while, then deleted', async () => {
  const { leftovers, context, deleted, clock } = leftoversWith(undefined);
  expect(await leftovers.ofGone(key, context)).toBe(30_000);
  clock.advance(10_000);
  expect(await leftovers.ofGone(key, context)).toBe(20_000);
  expect(deleted).toEqual([]);
  clock.advance(20_000);
  await leftovers.ofGone(key, context);
  expect(deleted).toEqual([left, own]);
});

test('it is looked for no longer once it is gone, and anew when there is an object in between', async () => {
  const { leftovers, context, deleted, clock, cache } = leftoversWith(undefined);
  await leftovers.ofGone(key, context);
  clock.advance(40_000);
  await leftovers.ofFormer(thing('second'), context);
  expect(await leftovers.ofGone(key, context)).toBe(30_000);
  cache.replace([]);
  expect(await leftovers.ofGone(key, context)).toBeUndefined();
  expect(deleted).toEqual([]);
});

test('nothing is deleted while the API server has an object of the name that the cache has not', async () => {
  const { leftovers, context, deleted, clock } = leftoversWith(thing('second'));
  await leftovers.ofGone(key, context);
  clock.advance(40_000);
  await leftovers.ofGone(key, context);
  expect(deleted).toEqual([]);
});
