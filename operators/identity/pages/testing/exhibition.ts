import Fastify from 'fastify';
import { freePort } from '../../../../e2e/harness/free-port.ts';
import { assetRoutes } from '../../web/assets.ts';
import { guard } from '../../web/guard.ts';
import { sendPage } from '../../web/send.ts';
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
  // Passkeys need a secure context: browsers take localhost for one.
  const origin = `http://localhost:${await freePort()}`;
  guard(server, origin);
  server.get<{ Params: { name: string } }>('/:name', async ({ params }, reply) => {
    const page = gallery[params.name];
    return page === undefined ? reply.code(404).send() : sendPage(reply, page());
  });
  const challenge = { challenge: 'AAAA', rpId: 'localhost', userVerification: 'required' };
  server.post('/sign-in/options', (_request, reply) => reply.send(challenge));
  assetRoutes(server, assets);
  await server.listen({ host: '127.0.0.1', port: Number(new URL(origin).port) });
  return {
    url: (name) => `${origin}/${name}`,
    stop: () => server.close(),
  };
}
