import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from '../identity.ts';
import type { Frame, RefusalView } from '../pages/views.ts';
import { LAUNCHER, Refusal } from './refusal.ts';
import { sendPage } from './send.ts';

/** Answers what goes wrong: with a page that says what, or with `{ message }` where a script asked. */
export function answerProblems(server: FastifyInstance, identity: Identity): void {
  const refuse = (request: FastifyRequest, reply: FastifyReply, view: RefusalView) =>
    wantsPage(request)
      ? sendPage(reply.code(view.status), identity.pages.refusal(visitorFrame(identity, request), view))
      : reply.code(view.status).send({ message: `${view.title}. ${view.text}` });

  server.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    if (error instanceof Refusal) return refuse(request, reply, error.view);
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return refuse(request, reply, {
        status: 400,
        title: 'This request makes no sense here',
        text: 'Go back, and try it again.',
        onward: LAUNCHER,
      });
    }
    identity.log.error({ error, route: request.routeOptions.url }, 'request failed');
    return refuse(request, reply, {
      status: 500,
      title: 'Something went wrong here',
      text: 'It is not your doing. Try it again in a moment.',
      onward: LAUNCHER,
    });
  });
  server.setNotFoundHandler((request, reply) =>
    refuse(request, reply, {
      status: 404,
      title: 'There is nothing here',
      text: 'The address leads nowhere, or no longer.',
      onward: LAUNCHER,
    }),
  );
}

/** Who is signed in is named, on a browser that others use too. */
function visitorFrame({ sessions }: Identity, request: FastifyRequest): Frame {
  const signedIn = sessions.ofCookie(request.headers.cookie);
  return signedIn === undefined ? {} : { person: signedIn.account };
}

const wantsPage = (request: FastifyRequest): boolean =>
  request.headers.accept?.includes('text/html') === true;
