import { describe, expect, test } from 'vitest';
import { indexed } from './controller.ts';
import { ConfigMap, Secret } from './kinds/core.ts';
import { fakeContext } from './testing.ts';

const owner = { apiVersion: 'a/v1', kind: 'App', metadata: { name: 'x', namespace: 'n', uid: 'u' } };
const map = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'm', namespace: 'n', labels: { a: 'b' } },
  data: { k: 'v' },
};

describe('the fake context', () => {
  test('reads what it was given, by every way that a cache can be read', async () => {
    const byKey = indexed(ConfigMap, 'by-key', ({ data }) => Object.keys(data ?? {}));
    const { read } = fakeContext({ objects: [map], indexes: [byKey] });
    expect(read.get(ConfigMap, { namespace: 'n', name: 'm' })).toMatchObject(map);
    expect(read.list(ConfigMap, { index: ['by-key', 'k'] })).toHaveLength(1);
    expect(read.list(ConfigMap, { labels: { a: 'c' } })).toEqual([]);
    expect(await read.live(ConfigMap, { namespace: 'n', name: 'none' })).toBeUndefined();
    expect(read.list(Secret)).toEqual([]);
  });

  test('records an apply that changes something, and none that does not', async () => {
    const context = fakeContext();
    expect((await context.act.apply(map, { owner })).changed).toBe(true);
    expect((await context.act.apply(map, { owner })).changed).toBe(false);
    expect(context.applied).toHaveLength(1);
    expect(context.read.owned(ConfigMap, owner)).toHaveLength(1);
  });

  test('refuses writes into what it hands out', () => {
    const { read } = fakeContext({ objects: [map] });
    const found = read.get(ConfigMap, { namespace: 'n', name: 'm' });
    expect(() => Object.assign(found?.data ?? {}, { k: 'w' })).toThrow();
  });

  test('creates once, patches what is there, deletes what is there', async () => {
    const context = fakeContext();
    const key = { namespace: 'n', name: 'm' };
    await context.act.create(map);
    await expect(context.act.create(map)).rejects.toMatchObject({ reason: 'AlreadyExists' });
    await context.act.patch(ConfigMap, key, { data: { k: null, l: 'w' } });
    await context.act.patch(ConfigMap, key, [
      { op: 'test', path: '/data/l', value: 'w' },
      { op: 'replace', path: '/data/l', value: 'x' },
      { op: 'add', path: '/data/a~1b', value: 'y' },
    ]);
    expect(context.read.get(ConfigMap, key)?.data).toEqual({ l: 'x', 'a/b': 'y' });
    await expect(
      context.act.patch(ConfigMap, key, [{ op: 'test', path: '/data/l', value: 'z' }]),
    ).rejects.toMatchObject({ status: 422 });
    await context.act.delete(ConfigMap, key);
    await context.act.delete(ConfigMap, key);
    expect(context.deleted).toEqual([{ kind: 'ConfigMap', key }]);
    await expect(context.act.patch(ConfigMap, key, {})).rejects.toMatchObject({ status: 404 });
  });

  test('serves what was written as stringData as data, like the API server', async () => {
    const context = fakeContext();
    await context.act.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'n' },
      stringData: { p: 'x' },
    });
    expect(context.read.get(Secret, { namespace: 'n', name: 's' })?.data).toEqual({ p: 'eA==' });
  });
});
