import { describe, expect, test } from 'vitest';
import { definition } from './resolve/fixtures.ts';
import { reachesWorkloads } from './template-use.ts';

const peer = { name: 'peer', kind: 'Connection', role: 'indexer' } as const;
type Spec = NonNullable<Parameters<typeof definition>[1]>;

describe('a binding changes what containers start with', () => {
  test.each<[string, boolean, Spec]>([
    [
      'through the env of its slot, also where that names nothing of it',
      true,
      { integrations: [{ ...peer, env: { ON: 'yes' } }] },
    ],
    [
      'through the env of a workload',
      true,
      { integrations: [peer], workloads: [{ name: 'app', env: { X: '${peer.url}' } }] },
    ],
    [
      'through a file',
      true,
      {
        integrations: [peer],
        configure: { preStart: [{ name: 'f', type: 'file', path: '/f', content: '${peer.url}' }] },
      },
    ],
    [
      'through keys of a file',
      true,
      {
        integrations: [peer],
        configure: { preStart: [{ name: 'f', type: 'jsonKeys', path: '/f', keys: { '/a': '${peer.url}' } }] },
      },
    ],
    [
      'not through a call after the start',
      false,
      {
        integrations: [peer],
        configure: {
          postStart: [
            {
              name: 'c',
              type: 'http',
              path: '/',
              headers: { x: '${peer.url}' },
              body: '${peer.url}',
              unless: { path: '/', headers: { x: '${peer.url}' } },
            },
          ],
        },
      },
    ],
    [
      'not through another slot',
      false,
      { integrations: [peer, { ...peer, name: 'other', env: { X: '${other.url}' } }] },
    ],
  ])('%s', (_, expected, spec) => {
    const app = definition('app', spec);
    const [slot] = app.spec.integrations ?? [];
    expect(slot && reachesWorkloads(app, slot)).toBe(expected);
  });
});
