import Fastify, { type FastifyInstance } from 'fastify';
import { freePort } from '../../../e2e/harness/free-port.ts';
import { assetRoutes } from '../asset-routes.ts';
import type { Assets } from '../assets.ts';

/** Every page in each of its states, by a name that a path can hold. */
export type Gallery = Readonly<Record<string, () => string>>;

/** What is shown. */
interface Shown {
  readonly gallery: Gallery;
  readonly assets: Assets;
  /** Has the server answer as the pages’ own does: its headers, and what scripts ask it. */
  readonly prepare: (server: FastifyInstance, origin: string) => void;
}

/** A gallery on a server. */
export interface Exhibition {
  /** The address of a page. */
  url(name: string): string;
  stop(): Promise<void>;
}

/** Opens it on a free port of the loopback interface. */
export async function openExhibition({ gallery, assets, prepare }: Shown): Promise<Exhibition> {
  const server = Fastify();
  // Passkeys need a secure context: browsers take localhost for one.
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  prepare(server, origin);
  server.get<{ Params: { name: string } }>('/:name', async ({ params }, reply) => {
    const page = gallery[params.name];
    return page === undefined ? reply.code(404).send() : reply.type('text/html; charset=utf-8').send(page());
  });
  assetRoutes(server, assets);
  await server.listen({ host: '127.0.0.1', port });
  return {
    url: (name) => `${origin}/${name}`,
    stop: () => server.close(),
  };
}
