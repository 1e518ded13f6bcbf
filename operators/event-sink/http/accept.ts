import type { FastifyRequest } from 'fastify';
import { queryOf } from './query.ts';

/** What a link can ask for by `?form=`. */
const FORMS: ReadonlyMap<string, string> = new Map([
  ['json', 'application/json'],
  ['turtle', 'text/turtle'],
  ['json-ld', 'application/ld+json'],
  ['n-triples', 'application/n-triples'],
]);

/** What who asks accepts: as `Accept` says, unless the address does. A link on a page can’t set a header. */
export const acceptOf = (request: Pick<FastifyRequest, 'url' | 'headers'>): string | undefined =>
  FORMS.get(queryOf(request).get('form') ?? '') ?? request.headers.accept;
