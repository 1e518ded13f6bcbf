import { systemClock } from '@hearth/runtime/clock';
import { createLogger } from '@hearth/runtime/log';
import { expect, onTestFinished, test } from 'vitest';
import { embeddedGraph } from '../graph/embedded/embedded-graph.ts';
import type { EventLog } from '../log/event-log.ts';
import { record } from '../log/testing/logs.ts';
import { projectLog } from '../project.ts';
import { irisAt } from '../vocabulary/iris.ts';
import { movableClock } from './testing/movable-clock.ts';
import { BASE, testSink } from './testing/sink.ts';

const logger = createLogger({ level: 'silent' });

/** A graph that lets no query run for longer than a second, whatever it is given. */
function impatientGraph(log: EventLog) {
  const graph = embeddedGraph({ source: log, iris: irisAt(BASE), log: logger });
  const projection = projectLog({ log, graph, clock: systemClock, logger });
  onTestFinished(() => projection.stop());
  return {
    ...graph,
    query: (query: Parameters<typeof graph.query>[0]) => graph.query({ ...query, timeout: 1000 }),
  };
}

test('a query that would run for ever is ended, and costs no event and no other query', async () => {
  const clock = movableClock();
  const { server, log, graph } = testSink((own) => ({ graph: impatientGraph(own), clock }));
  await record(log, 'abcdefgh'.repeat(8));
  await graph.apply(await log.read({ after: 0, limit: 1000 }));
  const ask = (query: string, who = 'admin') =>
    server.inject({
      url: `/-/sparql?${new URLSearchParams({ query })}`,
      headers: { authorization: `Bearer ${who}`, accept: 'text/csv' },
    });
  const forEver = ask('SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o }');
  // What happens in the meantime is recorded, and found afterwards.
  const [recorded] = await Promise.all([record(log, 'xyz'), forEver]);
  expect(recorded.last).toBe(67);
  const answer = await forEver;
  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    {
      status: 503,
      title: 'The query costs too much',
      detail: expect.stringMatching(/^The query did not end within 1 s; ask for less at once\.$/),
    },
  ]);
  await graph.apply(await log.read({ after: 0, limit: 1000 }));
  const count = `PREFIX h: </-/vocabulary#> SELECT (COUNT(?c) AS ?n) { ?c a h:Change }`;
  // Who asked it does not take the graph away again: they wait, and nobody else does.
  const again = await ask(count);
  expect([again.statusCode, again.headers['retry-after']]).toEqual([
    429,
    expect.stringMatching(/^(5\d|60)$/),
  ]);
  await expect.poll(async () => (await ask(count, 'ada')).body, { timeout: 20_000 }).toBe('n\r\n67\r\n');
  clock.advance(60_000);
  expect((await ask(count)).body).toBe('n\r\n67\r\n');
}, 60_000);
