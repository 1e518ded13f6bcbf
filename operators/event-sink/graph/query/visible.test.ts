import { expect, test } from 'vitest';
import { visibleTo } from './visible.ts';

test.each([
  [[], []],
  [['home/apps.x/rss'], ['home/apps.x/rss']],
  [['home/apps.x/'], ['home/apps.x/rss', 'home/apps.x/rss2']],
  [['home/'], ['home/apps.x/rss', 'home/apps.x/rss2', 'home/pods.core/a']],
  [['home', 'home/apps.x', 'home/apps.x/r', 'ome/', '/'], []],
  [
    ['home/pods.core/', '-/events'],
    ['home/pods.core/a', '-/events'],
  ],
])('%j lets see %j', (allowed, seen) => {
  const base = 'https://hearth.home.arpa/';
  const graphs = [
    'home/apps.x/rss',
    'home/apps.x/rss2',
    'home/pods.core/a',
    'home2/apps.x/rss',
    '-/apps.x/home',
    '-/events',
  ];
  const isVisible = visibleTo(allowed, base);
  expect(graphs.filter((graph) => isVisible(base + graph))).toEqual(seen);
});
