import { expect, test } from 'vitest';
import { movableClock } from '../testing/movable-clock.ts';
import { clusterAccess } from './cluster-access.ts';
import type { Right } from './reviews.ts';

const ada = { name: 'ada', groups: ['family'] };
const apps = { group: 'apps.hearth.dev', plural: 'apps' };

const everywhere = [
  'home/apps.apps.hearth.dev/',
  'home/pods.core/',
  'other/apps.apps.hearth.dev/',
  '-/users.iam.hearth.dev/',
];

/** Somebody with rights, said as `list apps home`; and what was asked about them. */
function withRights(...rights: readonly string[]) {
  const asked: string[] = [];
  const clock = movableClock();
  const access = clusterAccess({
    clock,
    places: async () => everywhere,
    reviews: {
      whoIs: async (token) => (token === 'good' ? ada : undefined),
      async may(_, asking: Right) {
        const right = textOf(asking);
        asked.push(right);
        return rights.includes(right);
      },
    },
  });
  return { access, asked, clock };
}

function textOf(right: Right): string {
  if ('path' in right) return `${right.verb} ${right.path}`;
  return [right.verb, right.resource, right.namespace ?? '*', right.name].filter(Boolean).join(' ');
}

test.each([
  [[], []],
  [['get /hearth/events'], 'all'],
  [['list apps home'], ['home/apps.apps.hearth.dev/']],
  [['list apps *'], ['home/apps.apps.hearth.dev/', 'other/apps.apps.hearth.dev/']],
  [['list users *'], ['-/users.iam.hearth.dev/']],
  [['get apps home', 'list users home'], []],
  [
    ['list apps *', 'list pods *', 'list users *'],
    [...everywhere, '-/events'],
  ],
  [['list apps *', 'list pods home', 'list users *'], everywhere],
])('who has %j sees %j', async (rights, visible) => {
  expect(await withRights(...rights).access.visible(ada)).toEqual(visible);
});

test('what holds in all of the cluster is not asked for each namespace', async () => {
  const { access, asked } = withRights('list apps *');
  expect(await access.mayList(ada, apps, 'home')).toBe(true);
  expect(await access.mayList(ada, apps, 'other')).toBe(true);
  expect(asked).toEqual(['get /hearth/events', 'list apps *']);
});

test('nothing is asked twice within some seconds', async () => {
  const { access, asked, clock } = withRights('list apps home');
  for (const _ of 'abc') await Promise.all([access.visible(ada), access.mayList(ada, apps, 'home')]);
  expect(new Set(asked).size).toBe(asked.length);
  const { length } = asked;
  clock.advance(10_001);
  await access.visible(ada);
  expect(asked).toHaveLength(2 * length);
});

test('what is remembered is of one person and one right', async () => {
  const { access } = withRights('get apps home rss');
  const rss = { ...apps, namespace: 'home', name: 'rss' };
  expect(await access.mayGet(ada, rss)).toBe(true);
  expect(await access.mayGet(ada, { ...rss, name: 'other' })).toBe(false);
  expect(await access.seesAll(ada)).toBe(false);
});

test('who sees all need have no other right', async () => {
  const { access } = withRights('get /hearth/events');
  expect(await access.mayGet(ada, { ...apps, namespace: 'home', name: 'rss' })).toBe(true);
  expect(await access.mayList(ada, apps)).toBe(true);
});

test('a token is its owner’s, and nobody’s token stays that', async () => {
  const { access } = withRights();
  expect(await access.whoIs('good')).toEqual(ada);
  expect(await access.whoIs('bad')).toBeUndefined();
});

test('whoever tries many tokens keeps the API server busy with a few, and makes no good one forgotten', async () => {
  const looking = new Map<string, (asker?: typeof ada) => void>();
  const access = clusterAccess({
    clock: movableClock(),
    places: async () => everywhere,
    reviews: {
      whoIs: (token) => new Promise((resolve) => looking.set(token, resolve)),
      may: async () => false,
    },
  });
  const good = access.whoIs('good');
  looking.get('good')?.(ada);
  expect(await good).toEqual(ada);
  const tried = Array.from({ length: 2000 }, (_, number) =>
    access.whoIs(`bad-${number}`).catch(() => 'busy'),
  );
  expect(looking.size).toBe(1 + 8);
  expect(await access.whoIs('good')).toEqual(ada);
  while (looking.size > 1) {
    for (const [token, resolve] of looking) {
      if (token === 'good') continue;
      looking.delete(token);
      resolve();
    }
    await new Promise(setImmediate);
  }
  const answers = await Promise.all(tried);
  expect(answers.filter((answer) => answer === undefined)).toHaveLength(8 + 64);
  expect(await access.whoIs('good')).toEqual(ada);
});
