import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { Identity } from '../identity.ts';
import { type AdminParts, adminPlugin } from './plugin.ts';
import { AdminRefusal } from './refusal.ts';

/** Icons are in the clients, and a home has up to a thousand people. */
const LARGEST_BODY = 2 * 1024 * 1024;

/** The server for the App operator, the kubelet and Prometheus (port 9091). */
export async function adminServer(identity: Identity, parts: AdminParts): Promise<FastifyInstance> {
  const server = Fastify({ logger: false, bodyLimit: LARGEST_BODY, routerOptions: { maxParamLength: 2048 } });
  server.setErrorHandler((error: FastifyError | AdminRefusal, request, reply) => {
    if (error instanceof AdminRefusal) return reply.code(error.status).send(error.body);
    if (error.statusCode !== undefined && error.statusCode < 500) {
      return reply.code(error.statusCode).send({ error: 'invalid', message: error.message });
    }
    identity.log.error({ error, route: request.routeOptions.url }, 'admin request failed');
    return reply.code(500).send({ error: 'failed', message: 'it is in the log of identity' });
  });
  server.get('/healthz', async () => 'ok');
  server.get('/readyz', async (_request, reply) => {
    const behind = identity.store.behind();
    return behind === undefined ? 'ok' : reply.code(503).send(behind);
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(identity.metrics.registry.contentType).send(await identity.metrics.registry.metrics()),
  );
  await server.register(adminPlugin(identity, parts));
  return server;
}
