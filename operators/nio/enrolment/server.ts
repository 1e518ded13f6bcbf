import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type EnrolmentChallenge, enrolmentPaths } from '@hearth/domain';
import type { Clock, Logger } from '@hearth/runtime';
import { isConflict, isFailedTest, safeMessage } from '@hearth/runtime';
import type { NioKeys } from '../keys/keys.ts';
import { readBody } from './body.ts';
import type { Challenges } from './challenge.ts';
import { networkOf, type Rates } from './rates.ts';
import { Refusal } from './refusal.ts';
import type { Turns } from './turns.ts';

/** An answer of the endpoint: a status, and what goes out as JSON. */
interface Answer {
  readonly status: number;
  readonly body: object;
}

/** What is done with a body that was posted to a path, by an address. */
export type Posted = (body: unknown, address: string) => Promise<Answer>;

/** What the server is made of. */
export interface ServerParts {
  readonly keys: NioKeys;
  readonly challenges: Challenges;
  readonly rates: Rates;
  readonly posts: Readonly<Record<string, Posted>>;
  /** In which what was posted is answered; what may wait for its turn, the number of connections bounds. */
  readonly turns: Turns;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Longer than this nobody needs for a request, in milliseconds: what is slower holds a connection for its own sake. */
const PATIENCE = 20_000;
/** With what each may send, and what TLS needs for it, a few dozen megabytes. */
const MOST_CONNECTIONS = 256;

/** The HTTPS server of the enrolment endpoint; it does not listen yet. */
export function enrolmentServer(parts: ServerParts): Server {
  const server = createServer(
    {
      key: parts.keys.key,
      cert: parts.keys.certificate,
      minVersion: 'TLSv1.3',
      handshakeTimeout: 10_000,
      headersTimeout: 10_000,
      requestTimeout: PATIENCE,
      keepAliveTimeout: 5_000,
      maxHeaderSize: 8192,
      connectionsCheckingInterval: 5_000,
    },
    (request, response) => void respond(request, response, parts),
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.setTimeout(PATIENCE, (socket) => socket.destroy());
  return server;
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ServerParts,
): Promise<void> {
  const answer = await answerTo(request, parts).catch((error: unknown) => refuse(error, request, parts.log));
  if (response.destroyed) return;
  const text = JSON.stringify(answer.body);
  const headers: Record<string, string | number> = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  };
  if (answer.retryAfter !== undefined) headers['retry-after'] = answer.retryAfter;
  // What is left of a body that was not read would be taken for the next request.
  if (!request.complete) headers.connection = 'close';
  response.writeHead(answer.status, headers);
  response.end(text);
}

interface Sent extends Answer {
  readonly retryAfter?: number | undefined;
}

async function answerTo(request: IncomingMessage, parts: ServerParts): Promise<Sent> {
  const address = addressOf(request);
  if (!parts.rates.allow(networkOf(address)))
    throw new Refusal(429, 'Too many requests come from this address.', 5);
  const path = (request.url ?? '').split('?', 1).join('');
  if (path === enrolmentPaths.challenge && request.method === 'GET') return challenge(parts);
  const posted = parts.posts[path];
  if (!posted) throw new Refusal(404, `There is nothing at ${path.slice(0, 200)}.`);
  if (request.method !== 'POST') throw new Refusal(405, `${path} takes POST.`);
  const body = await readBody(request);
  return parts.turns.take(() => posted(body, address));
}

function challenge({ challenges, clock }: ServerParts): Answer {
  const body: EnrolmentChallenge = { challenge: challenges.issue(), time: clock.now().toISOString() };
  return { status: 200, body };
}

/** IPv4 as it is written, also where the socket takes both kinds. */
function addressOf({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '').slice(0, 45);
}

function refuse(error: unknown, request: IncomingMessage, log: Logger): Sent {
  if (error instanceof Refusal) {
    log.info({ path: request.url, status: error.status, address: addressOf(request) }, error.message);
    return { status: error.status, body: { message: error.message }, retryAfter: error.retryAfter };
  }
  if (isConflict(error) || isFailedTest(error)) {
    // Two of its requests crossed, or its Machine was written meanwhile: the next one finds it as it is now.
    return {
      status: 409,
      body: { message: 'The machine was just written by somebody else. Ask again.' },
      retryAfter: 1,
    };
  }
  log.warn({ path: request.url, error: safeMessage(error) }, 'a machine could not be answered');
  const message = 'Something is wrong in the home itself, its log says what. Ask again in a while.';
  return { status: 503, body: { message }, retryAfter: 10 };
}
