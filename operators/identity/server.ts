import Fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify';
import type { Identity } from './identity.ts';
import { assetRoutes } from './web/assets.ts';
import { acceptForms } from './web/forms.ts';
import { guard } from './web/guard.ts';
import { answerProblems } from './web/problems.ts';

/** What the server for people is made of, beside what every server has. */
export interface PublicParts {
  /** Each puts its routes on the server: pages, OpenID Connect, forward-auth. */
  readonly plugins: readonly FastifyPluginAsync[];
  /** Addresses that may say for whom they ask (X-Forwarded-For): the gateway's. */
  readonly gateways: readonly string[];
}

/** Requests are small: nobody uploads anything. */
const LARGEST_BODY = 64 * 1024;

/**
 * The server for people (port 8080), behind the gateway: every answer carries the security headers, every request
 * that changes something must come from a page of this host, and no request can fail with more than a page that says so.
 */
export async function publicServer(identity: Identity, parts: PublicParts): Promise<FastifyInstance> {
  const server = Fastify({
    logger: false,
    bodyLimit: LARGEST_BODY,
    trustProxy: [...parts.gateways],
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 512 },
  });
  acceptForms(server);
  guard(server, identity.issuer, identity.store.behind);
  answerProblems(server, identity);
  assetRoutes(server, identity.assets);
  for (const plugin of parts.plugins) await server.register(plugin);
  return server;
}
