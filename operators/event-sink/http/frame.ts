import type { FastifyRequest } from 'fastify';
import type { Frame } from './pages/views.ts';
import type { Sink } from './sink.ts';

/** What stands around a page: who is signed in with the browser that asks for it. */
export function frameOf({ headers, url }: FastifyRequest, { signIn }: Sink, here?: Frame['here']): Frame {
  const person = signIn?.who(headers.cookie);
  return {
    ...(person !== undefined && { person: { name: person.name } }),
    ...(signIn !== undefined && { signIn: url }),
    ...(here !== undefined && { here }),
  };
}
