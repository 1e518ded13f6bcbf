import type { FastifyInstance } from 'fastify';
import type { Identity } from '../identity.ts';
import type { Rates } from './rates.ts';
import { placeOf } from './visitor.ts';

/**
 * Has sessions known before a request is answered that another replica opened: word of them may come later than the
 * browser does. Nothing to do where nobody else writes to the store; and what apps and the gateway ask is not about the
 * cookie of this host.
 */
export function recognise(server: FastifyInstance, { store, sessions }: Identity, rates: Rates): void {
  if (!store.shared) return;
  server.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.fromApps === true) return;
    await sessions.recognise(request.headers.cookie, () => rates.allows('recognise', placeOf(request.ip)));
  });
}
