import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import type { Clock } from '@hearth/runtime/clock';
import { type GraphAnswer, type GraphQuery, QueryTooLong } from '../graph/graph.ts';
import { Refusal } from './refusal.ts';
import type { Asker, Sink } from './sink.ts';

/** The most solutions that one answer has. */
export const MOST_SOLUTIONS = 10_000;
/** Milliseconds that a query may run, and may wait until it runs. */
const TIMEOUT = 10_000;
/** Queries of one asker at a time: the graph answers one after the other. */
const AT_ONCE = 4;
/** Seconds that an asker waits after a query that was too much: it kept the graph from all others. */
const REST = 60;

/** What is asked, and the forms of answers that will do. */
export type Question = Pick<GraphQuery, 'sparql' | 'bindings' | 'triples'>;

/**
 * Asks the graph for somebody: only what they may see is there. Until the response is sent, it is one of the questions
 * that they may ask at once.
 */
export type AskGraph = (asker: Asker, question: Question, response: ServerResponse) => Promise<GraphAnswer>;

/** Asks with the rights of who asks, a few questions of each at a time. */
export function createAskGraph({ access, graph, clock }: Sink): AskGraph {
  const asking = new Map<string, number>();
  const resting = createResting(clock);
  return async (asker, question, response) => {
    resting.refuse(asker.name);
    const count = asking.get(asker.name) ?? 0;
    if (count >= AT_ONCE)
      throw new Refusal(
        429,
        'You ask much at once',
        `Wait until one of your ${AT_ONCE} queries is answered.`,
      );
    asking.set(asker.name, count + 1);
    // An answer that nobody reads is kept for some time.
    finished(response, () => {
      const left = (asking.get(asker.name) ?? 1) - 1;
      if (left === 0) asking.delete(asker.name);
      else asking.set(asker.name, left);
    });
    try {
      const allowed = await access.visible(asker);
      return await graph.query({ ...question, allowed, limit: MOST_SOLUTIONS, timeout: TIMEOUT });
    } catch (error) {
      if (error instanceof QueryTooLong) resting.begin(asker.name);
      throw error;
    }
  };
}

/** Who asked too much, and until when they wait. */
function createResting(clock: Clock) {
  const until = new Map<string, number>();
  return {
    begin(name: string): void {
      const now = clock.monotonic();
      for (const [other, end] of until) if (end <= now) until.delete(other);
      until.set(name, now + REST * 1000);
    },
    /** @throws Refusal */
    refuse(name: string): void {
      const seconds = Math.ceil(((until.get(name) ?? 0) - clock.monotonic()) / 1000);
      if (seconds <= 0) return;
      throw new Refusal(
        429,
        'Your last query was too much',
        `It kept the graph from everybody else. Ask for less, in ${seconds} s.`,
        { 'retry-after': `${seconds}` },
      );
    },
  };
}
