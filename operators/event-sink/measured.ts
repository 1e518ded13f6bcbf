import type { Clock } from '@hearth/runtime/clock';
import { type Graph, GraphBusy, QueryRefused, QueryTooLong } from './graph/graph.ts';
import { type EventLog, LogFull } from './log/event-log.ts';
import type { Metrics, QueryResult } from './metrics.ts';

/** The log, with each append counted. */
export function measuredLog(
  log: EventLog,
  metrics: Pick<Metrics, 'appended' | 'diskFull'>,
  clock: Clock,
): EventLog {
  return {
    ...log,
    async append(changes, cursor) {
      const start = clock.monotonic();
      try {
        const appended = await log.append(changes, cursor);
        metrics.appended((clock.monotonic() - start) / 1000);
        metrics.diskFull(false);
        return appended;
      } catch (error) {
        if (error instanceof LogFull) metrics.diskFull(true);
        throw error;
      }
    },
  };
}

/** The graph, with each query counted. */
export function measuredGraph(graph: Graph, metrics: Pick<Metrics, 'query'>, clock: Clock): Graph {
  return {
    ...graph,
    async query(query) {
      const start = clock.monotonic();
      const count = (result: QueryResult) => metrics.query(result, (clock.monotonic() - start) / 1000);
      try {
        const answer = await graph.query(query);
        count('answered');
        return answer;
      } catch (error) {
        count(resultOf(error));
        throw error;
      }
    },
  };
}

function resultOf(error: unknown): QueryResult {
  if (error instanceof QueryRefused) return 'refused';
  if (error instanceof QueryTooLong) return 'too-long';
  return error instanceof GraphBusy ? 'busy' : 'failed';
}
