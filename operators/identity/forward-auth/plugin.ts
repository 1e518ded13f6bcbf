import type { FastifyPluginAsync } from 'fastify';
import type { Identity } from '../identity.ts';
import { type Answer, sendAnswer } from './answer.ts';
import { check } from './check.ts';
import { readForwarded } from './forwarded.ts';
import { left, lost, start } from './pages.ts';

interface CheckQuery {
  readonly client?: string;
}

/** How an answer is counted. */
const counted = {
  'let-in': 'let-in',
  redirect: 'sent-to-sign-in',
  refuse: 'refused',
} as const satisfies Record<Answer['answer'], string>;

/** Sign-on for apps that know none: the gateway asks here before a request reaches them. */
export const forwardAuthPlugin =
  (identity: Identity): FastifyPluginAsync =>
  async (server) => {
    server.get<{ Querystring: CheckQuery }>(
      '/forward-auth',
      { config: { fromApps: true } },
      async (request, reply) => {
        const answer = await check(
          identity,
          `${request.query.client}`,
          readForwarded(request.headers, request.ip),
        );
        identity.metrics.check(counted[answer.answer]);
        return sendAnswer(reply, answer);
      },
    );
    server.get('/forward-auth/start', (request, reply) => start(identity, request, reply));
    server.get('/forward-auth/lost', (request, reply) => lost(identity, request, reply));
    server.get('/forward-auth/left', (request, reply) => left(identity, request, reply));
  };
