import type { EventsProblem } from '@hearth/domain';
import { ApiError, Unreachable } from '@hearth/runtime';
import { safeMessage } from '@hearth/runtime/log';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphBusy, QueryRefused, QueryTooLong } from '../graph/graph.ts';
import { Pruned } from '../log/event-log.ts';
import { isBrowser, NotSignedIn } from './caller.ts';
import { VARY } from './entity.ts';
import { frameOf } from './frame.ts';
import { wantsPage } from './negotiate.ts';
import { badRequest, nothingHere, Refusal } from './refusal.ts';
import { SignInFailed } from './sign-in/sign-in.ts';
import type { Sink } from './sink.ts';

/** Answers what goes wrong: with a page that says what, or with a problem for machines (RFC 9457). */
export function answerProblems(server: FastifyInstance, sink: Sink): void {
  server.setErrorHandler((error: Error, request, reply) => {
    const route = request.routeOptions.url;
    const refusal = refusalOf(error);
    if (refusal !== undefined) {
      if (error.cause !== undefined || error instanceof ApiError || error instanceof Unreachable)
        sink.logger.warn({ error, causes: causesOf(error), route }, 'request refused');
      return refuse(request, reply, refusal, sink);
    }
    sink.logger.error({ error, route }, 'request failed');
    return refuse(request, reply, brokenDown, sink);
  });
  server.setNotFoundHandler((request, reply) => {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    return refuse(request, reply, reads ? nothingHere() : notThisMethod(request), sink);
  });
}

/** What led to an error, fit for a log. */
const causesOf = ({ cause }: Error): readonly string[] =>
  cause instanceof Error ? [safeMessage(cause), ...causesOf(cause)] : [];

const brokenDown = new Refusal(
  500,
  'Something went wrong here',
  'It is not your doing. Try it again in a moment; what happened is in the log of the event sink.',
);

const notThisMethod = ({ method, url }: FastifyRequest): Refusal =>
  new Refusal(
    405,
    'Nothing can be changed here',
    `Read with GET. ${method} is for the API server of the cluster.`,
    { allow: url.startsWith('/-/sparql') ? 'GET, HEAD, POST' : 'GET, HEAD' },
  );

/** What is known of what went wrong; undefined where it is a fault of ours. */
function refusalOf(error: Error & Partial<FastifyError>): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof QueryRefused) return badRequest(sentence(error.message));
  if (error instanceof QueryTooLong) return busy('The query costs too much', error.message);
  if (error instanceof GraphBusy) return busy('The graph is busy', error.message, 5);
  if (error instanceof Pruned) return archived(error);
  if (error instanceof SignInFailed) return new Refusal(error.status, 'You are not signed in', error.message);
  if (error instanceof Unreachable || error instanceof ApiError) return noApiServer;
  return error.statusCode !== undefined && error.statusCode < 500
    ? misunderstood(error.statusCode)
    : undefined;
}

const busy = (title: string, message: string, retryAfter?: number): Refusal =>
  new Refusal(
    503,
    title,
    sentence(message),
    retryAfter === undefined ? {} : { 'retry-after': `${retryAfter}` },
  );

const archived = ({ pruned }: Pruned): Refusal =>
  new Refusal(
    410,
    'This is in the archives',
    `Events up to ${pruned} were moved to archives. Ask for “at” from ${pruned} on, or read the archives.`,
  );

const noApiServer = new Refusal(
  503,
  'Nobody can say what you may see',
  'The API server of the cluster does not answer as it should. Try it again in a moment.',
  { 'retry-after': '5' },
);

function misunderstood(status: number): Refusal {
  if (status === 413) return new Refusal(413, 'This is too much', 'Ask for less at once.');
  if (status === 415) {
    const types = 'application/x-www-form-urlencoded or application/sparql-query';
    return new Refusal(415, 'This type is not known here', `Send a query as ${types}.`);
  }
  return badRequest('The request could not be read. Check it, and send it again.');
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal, sink: Sink): FastifyReply {
  const { status, title, detail, headers } = refusal;
  if (refusal instanceof NotSignedIn && sink.signIn !== undefined && isBrowser(request))
    return leadToSignIn(request, reply, sink);
  reply.code(status).headers(headers).header('vary', VARY);
  if (!wantsPage(request.headers.accept)) {
    const problem: EventsProblem = { title, detail, status };
    return reply.type('application/problem+json; charset=utf-8').send(problem);
  }
  return sendPage(reply, sink.pages.refusal(frameOf(request, sink), { status, title, text: detail }));
}

/** To where that is done; but for the first page, to which one comes by signing out: there it is offered. */
function leadToSignIn(request: FastifyRequest, reply: FastifyReply, sink: Sink): FastifyReply {
  const to = request.url;
  reply.header('vary', VARY);
  if (to !== '/') return reply.redirect(`/-/sign-in?${new URLSearchParams({ to })}`, 303);
  return sendPage(reply.code(401), sink.pages.signIn(frameOf(request, sink), { to }));
}

const sendPage = (reply: FastifyReply, html: string): FastifyReply =>
  reply.type('text/html; charset=utf-8').send(html);
