import { relativeIri } from '@hearth/domain';
import { expect, test } from 'vitest';
import { neighboursOf } from './neighbours.ts';
import * as home from './testing/states.ts';

const states = home.statesOf(
  home.app(home.ready()),
  home.definition,
  home.database(home.ready()),
  home.provider(home.ready()),
);

const told = (about: string, visible: 'all' | readonly string[]): string[] =>
  neighboursOf(about, { states, visible }).map(
    ({ edge, direction, event }) => `${edge} ${direction} ${relativeIri(event.resource)}`,
  );

test('what a resource belongs to, and what belongs to it', () => {
  expect(told('home/databases.apps.hearth.dev/rss-db', 'all')).toEqual([
    'binds from home/apps.apps.hearth.dev/rss',
    'owns from home/apps.apps.hearth.dev/rss',
    'provides from hearth-providers/apps.apps.hearth.dev/postgres',
    'dependsOn to hearth-providers/apps.apps.hearth.dev/postgres',
  ]);
});

test('a pod is its Deployment’s, although the ReplicaSet between them is not recorded', () => {
  const running = home.statesOf(...home.workload({}));
  const pod = 'hearth-providers/pods.core/postgres-6d4f-x7';
  const [deployment, ...others] = neighboursOf(pod, { states: running, visible: 'all' });
  expect(others).toEqual([]);
  expect(deployment).toMatchObject({
    edge: 'owns',
    direction: 'from',
    event: { resource: { kind: 'Deployment', name: 'postgres' } },
  });
});

test('nobody sees what is not theirs', () => {
  expect(told('home/databases.apps.hearth.dev/rss-db', ['home/apps.apps.hearth.dev/'])).toEqual([
    'binds from home/apps.apps.hearth.dev/rss',
    'owns from home/apps.apps.hearth.dev/rss',
  ]);
});
