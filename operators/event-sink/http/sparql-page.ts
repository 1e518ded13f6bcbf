import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphBusy, QueryRefused, QueryTooLong } from '../graph/graph.ts';
import { isLedHere } from './caller.ts';
import { VARY } from './entity.ts';
import { frameOf } from './frame.ts';
import type { SparqlView } from './pages/views.ts';
import { queryOf } from './query.ts';
import { Refusal } from './refusal.ts';
import type { Asker, Sink } from './sink.ts';
import { type AskGraph, MOST_SOLUTIONS, type Question } from './sparql-asking.ts';
import { queryIn } from './sparql-request.ts';

/** A form where people can ask the graph, and what it answered. */
export async function sendSparqlPage(
  request: FastifyRequest,
  reply: FastifyReply,
  sink: Sink,
  { asker, ask }: { readonly asker: Asker; readonly ask: AskGraph },
): Promise<FastifyReply> {
  const body = typeof request.body === 'string' ? request.body : undefined;
  const contentType = request.headers['content-type'];
  const query = queryIn({ method: request.method, query: queryOf(request), contentType, body }) ?? '';
  const asking = (question: Question) => ask(asker, question, reply.raw);
  // A link from an app, or the way back from signing in: a person has to want it.
  const said = async () => (isLedHere(request) ? { problem: LED } : await answered(asking, query));
  const view = { query, base: sink.iris.base, ...(query !== '' && (await said())) };
  reply.headers({ vary: VARY, 'cache-control': 'no-store' });
  return reply
    .type('text/html; charset=utf-8')
    .send(sink.pages.sparql(frameOf(request, sink, 'sparql'), view));
}

const LED = 'Another page brought this question. Ask it if it is yours.';

/** What the graph says, or why it says nothing: the question stays on the page, to be mended. */
async function answered(
  ask: (question: Question) => ReturnType<AskGraph>,
  sparql: string,
): Promise<Pick<SparqlView, 'answer' | 'problem'>> {
  try {
    const forms = { bindings: 'application/sparql-results+json', triples: 'text/turtle' } as const;
    return { answer: { ...(await ask({ sparql, ...forms })), limit: MOST_SOLUTIONS } };
  } catch (error) {
    if (error instanceof Refusal) return { problem: error.detail };
    if (error instanceof QueryRefused || error instanceof QueryTooLong || error instanceof GraphBusy)
      return { problem: error.message };
    throw error;
  }
}
