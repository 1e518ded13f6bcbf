import { type EventResource, kinds } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { edgesOf, pluralOf } from './edges.ts';
import type { Fields } from './fields.ts';
import { resource, short } from './testing/events.ts';

test.each(kinds)('the plural of $kind follows from its name', ({ kind, plural }) => {
  expect(pluralOf(kind)).toBe(plural);
});

test.each([
  ['ReplicaSet', 'replicasets'],
  ['Ingress', 'ingresses'],
  ['NetworkPolicy', 'networkpolicies'],
  ['Gateway', 'gateways'],
  ['Endpoints', 'endpoints'],
])('the plural of %s is %s', (kind, plural) => {
  expect(pluralOf(kind)).toBe(plural);
});

const postgres = { namespace: 'hearth-providers', name: 'postgres' };
const owner = (apiVersion: string, kind: string, name: string): Fields => ({
  metadata: { ownerReferences: [{ apiVersion, kind, name, uid: '1', controller: true }] },
});

describe('how resources belong together', () => {
  const cases: readonly (readonly [string, EventResource, Fields, readonly string[]])[] = [
    ['nothing is said', resource('App', 'rss'), {}, []],
    ['fields of other types say nothing', resource('App', 'rss'), { spec: 'x', status: { bindings: 3 } }, []],
    [
      'an App',
      resource('App', 'rss'),
      {
        spec: { definition: 'miniflux' },
        status: {
          bindings: [
            { name: 'db', kind: 'Database', state: 'Bound', providerRef: postgres },
            { name: 'sso', kind: 'SSOClient', state: 'Off', providerRef: postgres },
            { name: 'cache', kind: 'Cache', state: 'Waiting' },
          ],
        },
      },
      [
        'home/apps/rss dependsOn -/appdefinitions/miniflux',
        'home/apps/rss dependsOn hearth-providers/apps/postgres',
        'home/apps/rss binds home/databases/rss-db',
      ],
    ],
    [
      'a Database',
      resource('Database', 'rss-db'),
      { ...owner('apps.hearth.dev/v1alpha1', 'App', 'rss'), spec: { providerRef: postgres } },
      [
        'home/apps/rss owns home/databases/rss-db',
        'hearth-providers/apps/postgres provides home/databases/rss-db',
        'home/databases/rss-db dependsOn hearth-providers/apps/postgres',
      ],
    ],
    [
      'a Route',
      resource('Route', 'rss-route'),
      { spec: { providerRef: 'x', service: 'rss', signOn: { client: 'rss-sso' } } },
      [
        'home/routes/rss-route dependsOn home/ssoclients/rss-sso',
        'home/routes/rss-route dependsOn home/services/rss',
      ],
    ],
    [
      'an SSOClient',
      resource('SSOClient', 'rss-sso'),
      { spec: { route: 'rss-route' } },
      ['home/ssoclients/rss-sso dependsOn home/routes/rss-route'],
    ],
    [
      'a Group',
      resource('Group', 'family'),
      { spec: { members: ['ada', 'bob'] } },
      ['-/users/ada memberOf -/groups/family', '-/users/bob memberOf -/groups/family'],
    ],
    [
      'a Pod',
      resource('Pod', 'rss-0'),
      {
        ...owner('apps/v1', 'StatefulSet', 'rss'),
        spec: {
          nodeName: 'pi',
          volumes: [
            { name: 'a', persistentVolumeClaim: { claimName: 'data' } },
            { name: 'b', emptyDir: {} },
          ],
        },
      },
      [
        'home/statefulsets/rss owns home/pods/rss-0',
        'home/pods/rss-0 runsOn -/nodes/pi',
        'home/pods/rss-0 dependsOn home/persistentvolumeclaims/data',
      ],
    ],
    [
      'a Pod of a machine',
      resource('Pod', 'proxy-pi'),
      owner('v1', 'Node', 'pi'),
      ['-/nodes/pi owns home/pods/proxy-pi'],
    ],
    [
      'owned by a kind of the suite that is in no namespace',
      resource('Pod', 'x'),
      owner('hearth.dev/v1alpha1', 'Home', 'home'),
      ['-/homes/home owns home/pods/x'],
    ],
  ];
  test.each(cases)('%s', (_, of, object, expected) => {
    expect(edgesOf(of, object).map(({ from, edge, to }) => `${short(from)} ${edge} ${short(to)}`)).toEqual(
      expected,
    );
  });
});
