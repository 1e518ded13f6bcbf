import type { FastifyRequest } from 'fastify';
import { wantsPage } from './negotiate.ts';
import { Refusal } from './refusal.ts';
import type { Person } from './sign-in/sign-in.ts';
import type { Asker, Sink } from './sink.ts';

/** Nobody is known to ask; browsers go to sign in instead. */
export class NotSignedIn extends Refusal {
  override name = 'NotSignedIn';

  constructor() {
    super(
      401,
      'Who asks?',
      'Bring a token of Kubernetes that is meant for hearth-events (kiko does so by itself), or sign in with a browser.',
      { 'www-authenticate': 'Bearer realm="hearth-events"' },
    );
  }
}

/** Who asks: by their token or, without one, by the session of their browser. @throws NotSignedIn */
export async function callerOf(request: FastifyRequest, sink: Sink): Promise<Asker> {
  const asker = await recognise(request, sink);
  if (asker === undefined) throw new NotSignedIn();
  return asker;
}

async function recognise({ headers }: FastifyRequest, { access, signIn }: Sink): Promise<Asker | undefined> {
  const { authorization } = headers;
  if (authorization === undefined) return signedIn(signIn?.who(headers.cookie));
  const [, token] = /^Bearer +([\w~+/.=-]+)$/i.exec(authorization) ?? [];
  return token === undefined ? undefined : await access.whoIs(token);
}

/** The API server puts everybody whom it knows into this group. */
const signedIn = (person: Person | undefined): Asker | undefined =>
  person && { name: person.name, groups: [...person.groups, 'system:authenticated'] };

/** Whether it is a browser that shows something to a person, and can be led elsewhere. */
export const isBrowser = ({ method, headers: { accept, authorization } }: FastifyRequest): boolean =>
  method === 'GET' && authorization === undefined && wantsPage(accept);
