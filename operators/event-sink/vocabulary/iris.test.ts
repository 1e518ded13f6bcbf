import { expect, test } from 'vitest';
import { irisAt } from './iris.ts';

const iris = irisAt('https://hearth.home.arpa/');

test('a base that does not end with a slash is refused', () => {
  expect(() => irisAt('https://hearth.home.arpa')).toThrow('must end with a slash');
});

test.each([
  [{ group: '', plural: 'pods', namespace: 'home', name: 'rss-0' }, 'home/pods.core/rss-0'],
  [{ group: 'iam.hearth.dev', plural: 'users', name: 'ada' }, '-/users.iam.hearth.dev/ada'],
  [{ group: 'x.io', plural: 'roles', name: 'a b#c' }, '-/roles.x.io/a%20b%23c'],
])('%j is at %s', (resource, path) => {
  expect(iris.resource(resource)).toBe(iris.base + path);
});

test.each([
  [{ kind: 'App', group: 'apps.hearth.dev' }, 'App'],
  [{ kind: 'Pod', group: '' }, 'Pod.core'],
  [{ kind: 'Route', group: 'route.openshift.io' }, 'Route.route.openshift.io'],
  [{ kind: 'App', group: 'nothearth.dev' }, 'App.nothearth.dev'],
])('the class of %j is %s', (kind, name) => {
  expect(iris.kind(kind)).toBe(`https://hearth.home.arpa/-/vocabulary#${name}`);
});

test('what is no resource lies where none can be', () => {
  const paths = [iris.event(7), iris.events, iris.actor('a.b/c'), iris.vocabulary];
  expect(paths.map((path) => path.slice(iris.base.length).split('/')[1]?.includes('.'))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
