import type { GraphAnswer, GraphQuery } from '../graph/graph.ts';
import { Refusal } from './refusal.ts';
import type { Asker, Sink } from './sink.ts';

/** The most solutions that one answer has. */
export const MOST_SOLUTIONS = 10_000;
/** Milliseconds that a query may run, and may wait until it runs. */
const TIMEOUT = 10_000;
/** Queries of one asker at a time: the graph answers one after the other. */
const AT_ONCE = 4;

/** What is asked, and the forms of answers that will do. */
export type Question = Pick<GraphQuery, 'sparql' | 'bindings' | 'triples'>;

/** Asks the graph for somebody: only what they may see is there. */
export type AskGraph = (asker: Asker, question: Question) => Promise<GraphAnswer>;

/** Asks with the rights of who asks, a few questions of each at a time. */
export function createAskGraph({ access, graph }: Sink): AskGraph {
  const asking = new Map<string, number>();
  return async (asker, question) => {
    const count = asking.get(asker.name) ?? 0;
    if (count >= AT_ONCE)
      throw new Refusal(
        429,
        'You ask much at once',
        `Wait until one of your ${AT_ONCE} queries is answered.`,
      );
    asking.set(asker.name, count + 1);
    try {
      const allowed = await access.visible(asker);
      return await graph.query({ ...question, allowed, limit: MOST_SOLUTIONS, timeout: TIMEOUT });
    } finally {
      const left = (asking.get(asker.name) ?? 1) - 1;
      if (left === 0) asking.delete(asker.name);
      else asking.set(asker.name, left);
    }
  };
}
