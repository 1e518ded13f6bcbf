import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { boundedQuery } from '../graph/query/bounded.ts';
import { callerOf, isLedHere } from './caller.ts';
import { VARY } from './entity.ts';
import { fromAnotherPage } from './guard.ts';
import { negotiate } from './negotiate.ts';
import { queryOf } from './query.ts';
import { badRequest, notAcceptable } from './refusal.ts';
import type { Sink } from './sink.ts';
import { createAskGraph, MOST_SOLUTIONS, type Question } from './sparql-asking.ts';
import { sendSparqlPage } from './sparql-page.ts';
import { queryIn } from './sparql-request.ts';

const bindingsTypes = [
  'application/sparql-results+json',
  'application/sparql-results+xml',
  'text/csv',
  'text/tab-separated-values',
] as const;
const triplesTypes = ['text/turtle', 'application/n-triples'] as const;

/** The SPARQL 1.1 Protocol, as far as it reads; and a page where people can ask. */
export function sparqlRoutes(server: FastifyInstance, sink: Sink): void {
  const ask = createAskGraph(sink);
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const asker = await callerOf(request, sink);
    const { accept, 'content-type': contentType } = request.headers;
    const body = typeof request.body === 'string' ? request.body : undefined;
    const wanted = negotiate(accept, [...bindingsTypes, ...triplesTypes, 'text/html']);
    if (wanted === 'text/html') return await sendSparqlPage(request, reply, sink, { asker, ask });
    if (isLedHere(request)) throw fromAnotherPage();
    const sparql = queryIn({ method: request.method, query: queryOf(request), contentType, body });
    if (sparql === undefined) throw badRequest('“query” is missing: say in SPARQL what you want to know.');
    const question = { sparql, ...formsFor(sparql, accept) };
    const { contentType: type, body: text } = await ask(asker, question, reply.raw);
    const link = `<${sink.iris.vocabulary}>; rel="describedby"`;
    reply.headers({ vary: VARY, 'cache-control': 'no-store', link });
    return reply.type(`${type}; charset=utf-8`).send(text);
  };
  server.get('/-/sparql', answer);
  server.post('/-/sparql', answer);
}

/** The forms in which an answer will do. @throws Refusal where none will, for what this query yields */
function formsFor(sparql: string, accept: string | undefined): Pick<Question, 'bindings' | 'triples'> {
  const { yields } = boundedQuery(sparql, MOST_SOLUTIONS);
  const bindings = negotiate(accept, bindingsTypes);
  const triples = negotiate(accept, triplesTypes);
  if (yields === 'bindings' && bindings === undefined) throw notAcceptable(bindingsTypes);
  if (yields === 'triples' && triples === undefined) throw notAcceptable(triplesTypes);
  return { bindings: bindings ?? bindingsTypes[0], triples: triples ?? triplesTypes[0] };
}
