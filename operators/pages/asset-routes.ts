import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Assets } from './assets.ts';

/** An hour; then browsers ask whether they are still the same. */
const CACHE = 'public, max-age=3600';

/** Serves the files that pages load; they are for everybody. Of another release, the server has nothing. */
export function assetRoutes(server: FastifyInstance, { under, release, files }: Assets): void {
  const byPath = new Map(
    files.map(({ name, type, body }) => [
      `${release}/${name}`,
      { type, body: Buffer.from(body), etag: etagOf(body) },
    ]),
  );
  server.get<{ Params: { readonly '*': string } }>(`${under}/*`, (request, reply) => {
    const file = byPath.get(request.params['*']);
    if (file === undefined) return reply.callNotFound();
    reply.headers({ etag: file.etag, 'cache-control': CACHE });
    return request.headers['if-none-match'] === file.etag
      ? reply.code(304).send()
      : reply.type(file.type).send(file.body);
  });
}

const etagOf = (body: Uint8Array): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
