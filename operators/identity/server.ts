import { assetRoutes } from '@hearth/pages';
import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import type { Identity } from './identity.ts';
import { acceptForms } from './web/forms.ts';
import { trustGateways } from './web/gateways.ts';
import { guard } from './web/guard.ts';
import { answerProblems } from './web/problems.ts';
import type { Rates } from './web/rates.ts';
import { recognise } from './web/recognise.ts';

/** What the server for people is made of, beside what every server has. */
export interface PublicParts {
  /** Each puts its routes on the server: pages, OpenID Connect, forward-auth. */
  readonly plugins: readonly FastifyPluginAsync[];
  /** Addresses that may say for whom they ask (X-Forwarded-For): the gateway's. */
  readonly gateways: readonly string[];
  /** What may be tried how often; the plugins count by the same. */
  readonly rates: Rates;
}

/** Requests are small: nobody uploads anything. */
const LARGEST_BODY = 64 * 1024;
/** Longer than the gateway keeps a connection that nobody uses (90 s): so it is never surprised by its end. */
const KEEP_ALIVE = 120_000;

/**
 * The server for people (port 8080), behind the gateway: every answer carries the security headers, every request
 * that changes something must come from a page of this host, and no request can fail with more than a page that says so.
 */
export async function publicServer(identity: Identity, parts: PublicParts): Promise<FastifyInstance> {
  const server = Fastify({
    logger: false,
    bodyLimit: LARGEST_BODY,
    trustProxy: trustGateways(parts.gateways),
    keepAliveTimeout: KEEP_ALIVE,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 512 },
  });
  acceptForms(server);
  guard(server, identity.issuer, identity.store.behind);
  recognise(server, identity, parts.rates);
  answerProblems(server, identity);
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    identity.metrics.request(route, reply.statusCode, reply.elapsedTime / 1000);
  });
  assetRoutes(server, identity.assets);
  for (const plugin of parts.plugins) await server.register(plugin);
  return server;
}
