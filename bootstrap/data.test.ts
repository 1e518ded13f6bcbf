import { describe, expect, test } from 'vitest';
import { reasonToKeep, type StoredData, storedData } from './data.ts';

const home = { name: 'home', domain: 'example.home.arpa', demo: false };
const stored: StoredData = {
  home,
  claims: ['home/rss'],
  databases: ['home/rss-db', 'home/wiki-db'],
  machines: [],
};

describe('reasonToKeep', () => {
  test.each<[string, StoredData, string | undefined]>([
    ['nothing is stored', { home, claims: [], databases: [], machines: [] }, undefined],
    ["it is the demonstration's", { ...stored, home: { ...home, demo: true } }, undefined],
    ['the home is named', stored, 'home'],
    ['its domain is named', stored, 'example.home.arpa'],
    [
      'there is no home and the cluster is named',
      { claims: ['a/b'], databases: [], machines: ['m/n'] },
      'local',
    ],
  ])('is none when %s', (_, data, named) => {
    expect(reasonToKeep(data, 'local', named)).toBeUndefined();
  });

  test.each<[string, StoredData, string | undefined]>([
    ['nothing was named', stored, undefined],
    ['another home was named', stored, 'other'],
    ['only the cluster was named, but there is a home', stored, 'local'],
  ])('is there when %s, and says how to go on', (_, data, named) => {
    expect(reasonToKeep(data, 'local', named)).toBe(
      'The home example.home.arpa holds data (1 volume, 2 databases); ' +
        'to delete it, run kiko down --delete-data example.home.arpa.',
    );
  });
});

test('machines that trust the home are a reason too', () => {
  const data = { home, claims: [], databases: [], machines: ['hearth-machines/kitchen'] };
  expect(reasonToKeep(data, 'local', undefined)).toContain('holds data (1 machine)');
});

describe('storedData', () => {
  const answers = (groups: string[], lists: Record<string, object[]>) => async (args: readonly string[]) =>
    args.includes('--raw')
      ? JSON.stringify({ groups: groups.map((name) => ({ name })) })
      : JSON.stringify({ items: lists[args[1] ?? ''] ?? [] });
  const item = (namespace: string, name: string, more: object = {}) => ({
    metadata: { namespace, name, ...more },
  });

  test('counts claims on a cluster that does not know Hearth', async () => {
    const kubectl = answers(['apps'], {
      persistentvolumeclaims: [item('a', 'b')],
      'homes.hearth.dev': [item('x', 'y')],
    });
    expect(await storedData(kubectl)).toEqual({ claims: ['a/b'], databases: [], machines: [] });
  });

  test('knows the demonstration by its label', async () => {
    const demo = {
      metadata: { name: 'home', labels: { 'hearth.dev/demo': 'true' } },
      spec: { domain: 'd.home.arpa' },
    };
    const kubectl = answers(['hearth.dev', 'apps.hearth.dev'], {
      'homes.hearth.dev': [demo],
      'databases.apps.hearth.dev': [item('home', 'db')],
    });
    expect(await storedData(kubectl)).toEqual({
      home: { name: 'home', domain: 'd.home.arpa', demo: true },
      claims: [],
      databases: ['home/db'],
      machines: [],
    });
  });
});
