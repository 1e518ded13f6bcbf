import type { FastifyRequest } from 'fastify';
import { isFromHere, refuseLoading } from './guard.ts';
import { wantsPage } from './negotiate.ts';
import { Refusal } from './refusal.ts';
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

async function recognise(request: FastifyRequest, sink: Sink): Promise<Asker | undefined> {
  const { authorization } = request.headers;
  if (authorization === undefined) return await signedIn(request, sink);
  const [, token] = /^Bearer +([\w~+/.=-]+)$/i.exec(authorization) ?? [];
  return token === undefined ? undefined : await sink.access.whoIs(token);
}

/** Whose session it is, as the home knows them now. To sign in again would not help who is not known: @throws Refusal */
async function signedIn(request: FastifyRequest, { signIn, people }: Sink): Promise<Asker | undefined> {
  const person = signIn?.who(request.headers.cookie);
  if (person === undefined) return undefined;
  refuseLoading(request);
  const asker = await people(person.name);
  if (asker !== undefined) return asker;
  throw new Refusal(
    403,
    'The home does not know you',
    `There is no User “${person.name}”, or it is disabled. Ask who looks after the home.`,
  );
}

/** Whether another page has led here the browser by whose cookie one is recognised. */
export const isLedHere = (request: FastifyRequest): boolean =>
  request.headers.authorization === undefined && !isFromHere(request);

/** Whether it is a browser that shows something to a person, and can be led elsewhere. */
export const isBrowser = ({ method, headers: { accept, authorization } }: FastifyRequest): boolean =>
  method === 'GET' && authorization === undefined && wantsPage(accept);
