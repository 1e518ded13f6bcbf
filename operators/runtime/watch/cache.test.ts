import { describe, expect, test } from 'vitest';
import type { Resource } from '../resource.ts';
import { type Change, createCache } from './cache.ts';

function object(name: string, version = '1', more: Partial<Resource['metadata']> = {}): Resource {
  return {
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: { name, namespace: 'n', resourceVersion: version, ...more },
  };
}

const names = (objects: readonly Resource[]) => objects.map(({ metadata }) => metadata.name).sort();

describe('a cache', () => {
  test('returns the very objects that it was given', () => {
    const cache = createCache();
    const thing = object('a');
    cache.put(thing);
    expect(cache.get('n/a')).toBe(thing);
    expect(cache.list({})[0]).toBe(thing);
  });

  test('narrows lists by namespace, labels and index, all at once', () => {
    const cache = createCache();
    cache.index('color', ({ metadata }) => [metadata.annotations?.color ?? 'none']);
    cache.put(object('a', '1', { labels: { app: 'x' }, annotations: { color: 'red' } }));
    cache.put(object('b', '1', { labels: { app: 'x' }, namespace: 'm', annotations: { color: 'red' } }));
    cache.put(object('c', '1', { labels: { app: 'y' } }));
    expect(names(cache.list({ namespace: 'n' }))).toEqual(['a', 'c']);
    expect(names(cache.list({ labels: { app: 'x' } }))).toEqual(['a', 'b']);
    expect(names(cache.list({ index: ['color', 'red'] }))).toEqual(['a', 'b']);
    expect(names(cache.list({ index: ['color', 'red'], namespace: 'm', labels: { app: 'x' } }))).toEqual([
      'b',
    ]);
    expect(() => cache.list({ index: ['size', 'big'] })).toThrow('no index "size"');
  });

  test('finds by an indexed label what it would find without', () => {
    const [plain, cache] = [createCache(), createCache()];
    cache.indexLabel('app');
    cache.indexLabel('app');
    const labelled = [
      object('a', '1', { labels: { app: 'x', tier: 'db' } }),
      object('b', '1', { labels: { app: 'x' }, namespace: 'm' }),
      object('c', '1', { labels: { app: '' } }),
      object('d'),
    ];
    for (const each of labelled) for (const into of [plain, cache]) into.put(each);
    for (const filter of [
      { labels: { app: 'x' } },
      { labels: { tier: 'db', app: 'x' } },
      { labels: { app: 'x' }, namespace: 'm' },
      { labels: { app: '' } },
      { labels: { app: 'y' } },
      { labels: { tier: 'db' } },
    ]) {
      expect(names(cache.list(filter))).toEqual(names(plain.list(filter)));
    }
    expect(names(cache.list({ labels: { app: 'x' } }))).toEqual(['a', 'b']);
  });

  test('keeps its indexes right as objects change, come and go', () => {
    const cache = createCache();
    const owned = (uid: string) => ({
      ownerReferences: [{ apiVersion: 'v1', kind: 'K', name: 'o', uid, controller: true }],
    });
    cache.put(object('a', '1', owned('u1')));
    cache.put(object('b', '1', owned('u1')));
    cache.put(object('a', '2', owned('u2')));
    expect([names(cache.owned('u1')), names(cache.owned('u2'))]).toEqual([['b'], ['a']]);
    cache.remove(object('a', '3'));
    cache.replace([object('c', '1', owned('u1'))]);
    expect([names(cache.owned('u1')), names(cache.owned('u2'))]).toEqual([['c'], []]);
  });

  test('knows what a former object of the same kind, name and namespace owned', () => {
    const cache = createCache();
    const owned = (uid: string, kind = 'K') => ({
      ownerReferences: [{ apiVersion: 'v1', kind, name: 'o', uid, controller: true }],
    });
    cache.put(object('of-the-former', '1', owned('u1')));
    cache.put(object('of-this', '1', owned('u2')));
    cache.put(object('of-another-kind', '1', owned('u1', 'L')));
    cache.put(object('elsewhere', '1', { namespace: 'm', ...owned('u1') }));
    cache.put(object('of-nobody'));
    const owner = { apiVersion: 'v1', kind: 'K', metadata: { name: 'o', namespace: 'n', uid: 'u2' } };
    expect(names(cache.ownedByFormer(owner))).toEqual(['of-the-former']);
    cache.remove(object('of-the-former'));
    expect(cache.ownedByFormer(owner)).toEqual([]);
  });

  test('tells what changed, and whether a watch or a list brought it', () => {
    const cache = createCache();
    const seen: [string, string | undefined, boolean, boolean][] = [];
    cache.subscribe(({ key, before, removed, listed }: Change) =>
      seen.push([key, before?.metadata.resourceVersion, removed, listed]),
    );
    cache.put(object('a'));
    cache.put(object('a', '2'));
    cache.put(object('b'));
    cache.replace([object('a', '2'), object('c')]);
    cache.remove(object('c', '9'));
    cache.remove(object('never-there'));
    expect(seen).toEqual([
      ['n/a', undefined, false, false],
      ['n/a', '1', false, false],
      ['n/b', undefined, false, false],
      ['n/b', '1', true, true],
      ['n/c', undefined, false, true],
      ['n/c', '1', true, false],
    ]);
  });

  test('tells followers of every change before anybody else hears of any', () => {
    const cache = createCache();
    const told: string[] = [];
    cache.subscribe(({ key, removed }) => told.push(`${removed ? 'removed' : 'put'} ${key}`));
    cache.follow((key, before, after) =>
      told.push(`${key} ${before?.metadata.resourceVersion} → ${after?.metadata.resourceVersion}`),
    );
    cache.put(object('a'));
    cache.replace([object('b'), object('c')]);
    cache.remove(object('c', '2'));
    expect(told).toEqual([
      'n/a undefined → 1',
      'put n/a',
      'n/a 1 → undefined',
      'n/b undefined → 1',
      'n/c undefined → 1',
      'removed n/a',
      'put n/b',
      'put n/c',
      'n/c 1 → undefined',
      'removed n/c',
    ]);
  });

  test('tells of an object that was made anew between two lists that the old one is gone', () => {
    const cache = createCache();
    const [old, fresh] = [object('a', '1', { uid: 'u' }), object('a', '2', { uid: 'v' })];
    cache.put(old);
    const told: Change[] = [];
    const followed: unknown[] = [];
    cache.follow((...states) => void followed.push(states));
    cache.subscribe((change) => void told.push(change));
    cache.replace([fresh]);
    expect(told).toEqual([
      { key: 'n/a', object: old, before: old, removed: true, listed: true },
      { key: 'n/a', object: fresh, before: undefined, removed: false, listed: true },
    ]);
    expect(followed).toEqual([
      ['n/a', old, undefined],
      ['n/a', undefined, fresh],
    ]);
  });

  test('is replaced at once: whoever is told of a change sees the whole new state', () => {
    const cache = createCache();
    cache.put(object('a'));
    const sizes: number[] = [];
    cache.subscribe(() => sizes.push(cache.size));
    cache.replace([object('b'), object('c'), object('d')]);
    expect(sizes).toEqual([3, 3, 3, 3]);
  });

  test('takes one index under one name, however many controllers declare it', () => {
    const cache = createCache();
    const values = () => ['x'];
    cache.index('same', values);
    cache.index('same', values);
    expect(() => cache.index('same', () => ['y'])).toThrow('two different indexes');
  });
});
