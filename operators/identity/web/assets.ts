import type { FastifyInstance } from 'fastify';
import { digest } from '../keys/keys.ts';
import type { Asset } from '../pages/views.ts';

/** Serves what the pages load, `/assets/NAME`; browsers ask each hour whether it changed. */
export function assetRoutes(server: FastifyInstance, assets: readonly Asset[]): void {
  for (const { name, type, body } of assets) {
    const etag = `"${digest(Buffer.from(body).toString('latin1')).slice(0, 16)}"`;
    const bytes = Buffer.from(body);
    server.get(`/assets/${name}`, (request, reply) => {
      reply.header('cache-control', 'public, max-age=3600').header('etag', etag);
      return request.headers['if-none-match'] === etag
        ? reply.code(304).send()
        : reply.type(type).send(bytes);
    });
  }
}
