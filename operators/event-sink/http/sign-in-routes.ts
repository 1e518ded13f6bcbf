import type { FastifyInstance, FastifyReply } from 'fastify';
import { refuseOtherPages } from './guard.ts';
import { queryOf } from './query.ts';
import type { Onward } from './sign-in/sign-in.ts';
import type { Sink } from './sink.ts';

/** Signing in and out with a browser, where that can be done. */
export function signInRoutes(server: FastifyInstance, { signIn, iris }: Pick<Sink, 'signIn' | 'iris'>): void {
  if (signIn === undefined) return;
  server.get('/-/sign-in', async (request, reply) =>
    goOn(reply, await signIn.begin(queryOf(request).get('to') ?? undefined, request.headers.cookie)),
  );
  server.get('/-/sign-in/callback', async (request, reply) =>
    goOn(reply, await signIn.finish(queryOf(request), request.headers.cookie)),
  );
  server.post('/-/sign-out', async (request, reply) => {
    refuseOtherPages(request.headers, iris.base);
    return goOn(reply, signIn.leave());
  });
}

const goOn = (reply: FastifyReply, { location, cookies }: Onward): FastifyReply =>
  reply.header('set-cookie', [...cookies]).redirect(location, 303);
