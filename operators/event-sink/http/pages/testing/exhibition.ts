import Fastify from 'fastify';
import { freePort } from '../../../../../e2e/harness/free-port.ts';
import { guard } from '../../guard.ts';
import { assets } from '../assets.ts';
import { gallery } from './gallery.ts';

/** The gallery on a server, with the headers that pages really have. */
export interface Exhibition {
  /** The address of a page. */
  url(name: string): string;
  stop(): Promise<void>;
}

/** Opens it on a free port of the loopback interface. */
export async function openExhibition(): Promise<Exhibition> {
  const server = Fastify();
  const port = await freePort();
  guard(server, {});
  server.get<{ Params: { name: string } }>('/:name', async ({ params }, reply) => {
    const page = gallery[params.name];
    return page === undefined ? reply.code(404).send() : reply.type('text/html; charset=utf-8').send(page());
  });
  for (const { name, type, body } of assets)
    server.get(`/-/assets/${name}`, (_request, reply) => reply.type(type).send(Buffer.from(body)));
  await server.listen({ host: '127.0.0.1', port });
  return {
    url: (name) => `http://localhost:${port}/${name}`,
    stop: () => server.close(),
  };
}
