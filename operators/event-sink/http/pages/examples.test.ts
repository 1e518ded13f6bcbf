import { createLogger } from '@hearth/runtime/log';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { embeddedGraph } from '../../graph/embedded/embedded-graph.ts';
import type { Graph } from '../../graph/graph.ts';
import { memorySource } from '../../graph/testing/memory-source.ts';
import { irisAt } from '../../vocabulary/iris.ts';
import { examples } from './examples.ts';
import { states } from './testing/home.ts';

let graph: Graph;

beforeAll(async () => {
  const source = memorySource();
  source.events.push(...states.values());
  const log = createLogger({ level: 'silent' });
  graph = embeddedGraph({ source, iris: irisAt('https://hearth.home.arpa/'), log });
  await graph.apply(source.events);
});
afterAll(() => graph.close());

/** Of each example, a row that it must have in this home. */
const rows: Readonly<Record<string, string>> = {
  'What is not ready?':
    'https://hearth.home.arpa/home/databases.apps.hearth.dev/rss-db,2026-11-20T09:12:00Z,PostgreSQL at postgres.hearth-providers refuses the connection.',
  'Which apps need which?':
    'https://hearth.home.arpa/home/apps.apps.hearth.dev/rss,https://hearth.home.arpa/hearth-providers/apps.apps.hearth.dev/postgres',
  'What would go down with PostgreSQL?': 'https://hearth.home.arpa/home/databases.apps.hearth.dev/rss-db',
  'Who changed what last?':
    '2026-11-20T09:11:00Z,hearth-app,modified,https://hearth.home.arpa/home/apps.apps.hearth.dev/rss',
  'How many resources of each kind?': 'https://hearth.home.arpa/-/vocabulary#App,3',
};

test.each(examples)('the graph knows: $title', async ({ title, query }) => {
  const forms = { bindings: 'text/csv', triples: 'text/turtle' } as const;
  const answer = await graph.query({ sparql: query, ...forms, limit: 100, timeout: 10_000, allowed: 'all' });
  expect(answer.body.split(/\r?\n/)).toContain(rows[title]);
});
