import { expect, test } from 'vitest';
import { acceptOf } from './accept.ts';

test.each([
  ['/-/vocabulary', 'text/html'],
  ['/-/vocabulary?form=turtle', 'text/turtle'],
  ['/home/apps.apps.hearth.dev/rss?at=3&form=json', 'application/json'],
  ['/home/apps.apps.hearth.dev/rss?form=json-ld', 'application/ld+json'],
  ['/home/apps.apps.hearth.dev/rss?form=n-triples', 'application/n-triples'],
  ['/home/apps.apps.hearth.dev/rss?form=constructor', 'text/html'],
])('%s is asked for as %s by a browser', (url, accepted) => {
  expect(acceptOf({ url, headers: { accept: 'text/html' } })).toBe(accepted);
});
