import { assetRoutes } from '@hearth/pages';
import Fastify, { type FastifyInstance } from 'fastify';
import { eventRoute } from './event.ts';
import { eventRoutes } from './events.ts';
import { guard } from './guard.ts';
import { listRoutes } from './lists.ts';
import { logRoutes } from './log-routes.ts';
import { answerProblems } from './problems.ts';
import { resourceRoutes } from './resource.ts';
import { signInRoutes } from './sign-in-routes.ts';
import type { Sink } from './sink.ts';
import { sparqlRoutes } from './sparql.ts';
import { createStates } from './states.ts';
import { vocabularyRoutes } from './vocabulary.ts';
import { whyRoutes } from './why.ts';

/** A query has at most so many characters, and each of them at most four bytes. */
const LARGEST_BODY = 256 * 1024;
/** Longer than the gateway keeps a connection that nobody uses (90 s): so it is never surprised by its end. */
const KEEP_ALIVE = 120_000;
/** Nothing takes as long without a byte: queries end sooner, and streams say that they go on. Else nobody is there. */
const SILENCE = 60_000;

/** Types of what is sent here. */
const QUERY_TYPES = [
  'application/x-www-form-urlencoded',
  'application/sparql-query',
  'application/sparql-update',
];

/**
 * The server for people and machines. It only reads; every answer carries the security headers, and what a request may
 * not see is not there for it.
 */
export function httpServer(sink: Sink): FastifyInstance {
  const server = Fastify({
    logger: false,
    bodyLimit: LARGEST_BODY,
    keepAliveTimeout: KEEP_ALIVE,
    connectionTimeout: SILENCE,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 1024 },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    QUERY_TYPES,
    { parseAs: 'string' },
    async (_request: unknown, body: string) => body,
  );
  guard(server, sink);
  answerProblems(server, sink);
  assetRoutes(server, sink.assets);
  signInRoutes(server, sink);
  vocabularyRoutes(server, sink);
  eventRoutes(server, sink);
  eventRoute(server, sink);
  sparqlRoutes(server, sink);
  logRoutes(server, sink);
  const withStates = { ...sink, states: createStates(sink.log) };
  whyRoutes(server, withStates);
  listRoutes(server, withStates);
  resourceRoutes(server, withStates);
  return server;
}
