import { describe, expect, test } from 'vitest';
import { chooseKinds, discoverKinds } from './discovery.ts';
import { suiteKinds } from './kinds.ts';

const resource = (plural: string, kind: string, more: object = {}) => ({
  resource: plural,
  responseKind: { kind },
  scope: 'Namespaced',
  verbs: ['get', 'list', 'watch'],
  ...more,
});
const hearth = { categories: ['all', 'hearth'] };
const discovery = {
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: { name: 'apps.hearth.dev' },
      versions: [
        { version: 'v1', resources: [resource('apps', 'App', hearth)] },
        {
          version: 'v1alpha1',
          resources: [resource('apps', 'App', hearth), resource('plans', 'Plan', hearth)],
        },
      ],
    },
    {
      metadata: { name: 'iam.hearth.dev' },
      versions: [
        {
          version: 'v1alpha1',
          resources: [
            resource('users', 'User', { ...hearth, scope: 'Cluster' }),
            resource('checks', 'Check', { ...hearth, verbs: ['create'] }),
          ],
        },
      ],
    },
    {
      metadata: { name: 'apps' },
      versions: [{ version: 'v1', resources: [resource('deployments', 'Deployment')] }],
    },
    {
      metadata: { name: 'example.org' },
      versions: [{ version: 'v1', resources: [resource('things', 'Thing')] }],
    },
  ],
};

describe('discovery', () => {
  test('finds the kinds of the category, in their preferred version, that can be watched', () => {
    const found = chooseKinds(discovery, { category: 'hearth', owned: [] });
    expect(found).toEqual([
      { group: 'apps.hearth.dev', version: 'v1', kind: 'App', plural: 'apps', namespaced: true },
      { group: 'apps.hearth.dev', version: 'v1alpha1', kind: 'Plan', plural: 'plans', namespaced: true },
      { group: 'iam.hearth.dev', version: 'v1alpha1', kind: 'User', plural: 'users', namespaced: false },
    ]);
  });

  test('adds those that the suite makes, as far as they are served', () => {
    const owned = chooseKinds(discovery, { ...suiteKinds, category: 'none' });
    expect(owned.map(({ plural }) => plural)).toEqual([
      'configmaps',
      'persistentvolumeclaims',
      'pods',
      'services',
      'deployments',
    ]);
    expect(owned.every(({ selector }) => selector === 'app.kubernetes.io/managed-by=hearth')).toBe(true);
  });

  test('says so where the API server is too old to tell', async () => {
    const transport = { request: async <T>() => ({ kind: 'APIGroupList' }) as T };
    await expect(discoverKinds(transport, suiteKinds, new AbortController().signal)).rejects.toThrow('1.30');
  });
});
