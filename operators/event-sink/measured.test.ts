import { systemClock } from '@hearth/runtime/clock';
import { describe, expect, test } from 'vitest';
import { type Graph, GraphBusy, type GraphQuery, QueryRefused, QueryTooLong } from './graph/graph.ts';
import { LogFull } from './log/event-log.ts';
import { change, cursorAt } from './log/testing/change.ts';
import { testLog } from './log/testing/logs.ts';
import { measuredGraph, measuredLog } from './measured.ts';
import { createMetrics } from './metrics.ts';

/** The value of a series, as Prometheus would read it. */
async function seriesOf(metrics: ReturnType<typeof createMetrics>, series: string): Promise<number> {
  const line = (await metrics.registry.metrics()).split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1));
}

test('events are counted by what they are', async () => {
  const metrics = createMetrics();
  expect(await seriesOf(metrics, 'hearth_events_recorded_total{type="gap"}')).toBe(0);
  metrics.recorded('apps.apps.hearth.dev', [{ type: 'added' }, { type: 'gap' }, { type: 'added' }]);
  expect(await seriesOf(metrics, 'hearth_events_recorded_total{type="added"}')).toBe(2);
  expect(await seriesOf(metrics, 'hearth_events_recorded_total{type="gap"}')).toBe(1);
});

test('a log without room says so until there is room again', async () => {
  const metrics = createMetrics();
  const { log } = testLog();
  let full = true;
  const append: typeof log.append = async (...given) => {
    if (full) throw new LogFull('no room is left');
    return log.append(...given);
  };
  const measured = measuredLog({ ...log, append }, metrics, systemClock);
  const one = () => measured.append([change({ name: 'a', version: 1 })], cursorAt(1));
  expect(await seriesOf(metrics, 'hearth_events_disk_full')).toBe(0);
  await expect(one()).rejects.toThrow(LogFull);
  expect(await seriesOf(metrics, 'hearth_events_disk_full')).toBe(1);
  expect(await seriesOf(metrics, 'hearth_events_append_seconds_count')).toBe(0);
  full = false;
  await one();
  expect(await seriesOf(metrics, 'hearth_events_append_seconds_count')).toBe(1);
  expect(await seriesOf(metrics, 'hearth_events_disk_full')).toBe(0);
});

describe('a query is counted by how it ended', () => {
  const question: GraphQuery = {
    sparql: 'ASK {}',
    bindings: 'text/csv',
    triples: 'text/turtle',
    limit: 1,
    timeout: 1000,
    allowed: 'all',
  };
  const answering = (query: Graph['query']): Graph => ({
    query,
    apply: async () => {},
    canonicalHash: async () => '',
    seq: () => 0,
    close: async () => {},
  });

  test.each([
    ['refused', new QueryRefused('no')],
    ['too-long', new QueryTooLong('no')],
    ['busy', new GraphBusy('no')],
    ['failed', new Error('no')],
  ])('%s', async (result, error) => {
    const metrics = createMetrics();
    const graph = answering(async () => Promise.reject(error));
    await expect(measuredGraph(graph, metrics, systemClock).query(question)).rejects.toBe(error);
    expect(await seriesOf(metrics, `hearth_events_query_seconds_count{result="${result}"}`)).toBe(1);
  });

  test('answered', async () => {
    const metrics = createMetrics();
    const answer = { contentType: 'text/csv', body: '', seq: 1 } as const;
    const graph = answering(async () => answer);
    expect(await measuredGraph(graph, metrics, systemClock).query(question)).toBe(answer);
    expect(await seriesOf(metrics, 'hearth_events_query_seconds_count{result="answered"}')).toBe(1);
  });
});
