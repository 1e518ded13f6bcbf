import type { FastifyInstance } from 'fastify';
import { digest } from './entity.ts';
import { nothingHere } from './refusal.ts';
import type { Sink } from './sink.ts';

/** An hour; then it is asked whether they are still the same. */
const CACHE = 'public, max-age=3600';

/** The files that the pages load; they are for everybody. */
export function assetRoutes(server: FastifyInstance, { assets }: Pick<Sink, 'assets'>): void {
  const byName = new Map(assets.map((asset) => [asset.name, { ...asset, etag: `"${digest(asset.body)}"` }]));
  server.get<{ Params: { readonly name: string } }>('/-/assets/:name', async (request, reply) => {
    const asset = byName.get(request.params.name);
    if (asset === undefined) throw nothingHere();
    reply.headers({ etag: asset.etag, 'cache-control': CACHE });
    if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
    return reply.type(asset.type).send(Buffer.from(asset.body));
  });
}
