import { expect, test } from 'vitest';
import { eventsOf, resourceIri } from './address.ts';

test.each([
  ['app/rss', undefined, 'home/apps.apps.hearth.dev/rss'],
  ['apps/rss', 'media', 'media/apps.apps.hearth.dev/rss'],
  ['App/rss', undefined, 'home/apps.apps.hearth.dev/rss'],
  ['db/rss-db', undefined, 'home/databases.apps.hearth.dev/rss-db'],
  ['app.apps.hearth.dev/rss', undefined, 'home/apps.apps.hearth.dev/rss'],
  ['user/ada', undefined, '-/users.iam.hearth.dev/ada'],
  ['user/ada', 'home', '-/users.iam.hearth.dev/ada'],
  ['deployments.apps/rss', undefined, 'home/deployments.apps/rss'],
  ['pods.core/rss-0', 'media', 'media/pods.core/rss-0'],
  ['nodes.core/pi', '-', '-/nodes.core/pi'],
  [
    'clusterroles.rbac.authorization.k8s.io/system:node',
    '-',
    '-/clusterroles.rbac.authorization.k8s.io/system:node',
  ],
  ['media/apps.apps.hearth.dev/rss', undefined, 'media/apps.apps.hearth.dev/rss'],
  ['-/nodes.core/pi', undefined, '-/nodes.core/pi'],
])('%s in %s is %s', (text, namespace, iri) => {
  expect(resourceIri(text, namespace)).toBe(iri);
});

test.each([
  ['apps', 'apps.apps.hearth.dev'],
  ['sso', 'ssoclients.apps.hearth.dev'],
  ['pods.core', 'pods.core'],
  ['deployments.apps', 'deployments.apps'],
  ['app/rss', 'home/apps.apps.hearth.dev/rss'],
])('events of %s are those of %s', (text, of) => {
  expect(eventsOf(text)).toBe(of);
});

test.each(['rss', 'app/', '/rss', 'pods/rss', 'app/rss/more', 'a/b/c', ''])('%s is refused', (text) => {
  expect(() => resourceIri(text)).toThrow(/KIND\/NAME|pods\.core/);
});

test('a namespace goes with a name alone', () => {
  expect(() => eventsOf('apps', 'home')).toThrow('--of apps/NAME -n home');
});
