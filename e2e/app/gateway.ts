import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createSecureContext, type TLSSocket } from 'node:tls';
import { Route } from '@hearth/domain';
import { Secret } from '@hearth/runtime';
import { markHeader } from '../../operators/app/route/gateway.ts';
import type { ApiClient } from './api-client.ts';

/** A gateway as far as the suite asks it: it answers for each Route of the home, by HTTPS, with the Route's mark. */
export interface FakeGateway {
  readonly port: number;
  /** Takes connections from now on and ends them; `open` ends that. */
  shut(): void;
  open(): void;
  close(): void;
}

/** What a gateway answers a host with: the mark of its Route, and the data of the Secret with its certificate. */
export interface Led {
  readonly mark: string;
  readonly data: Readonly<Record<string, string>>;
}

/** Starts one for the routes of `domain`. */
export const startGateway = (client: ApiClient, domain: string): Promise<FakeGateway> =>
  startGatewayOver(async (host) => {
    for (const { metadata, spec } of await client.list(Route)) {
      if (`${spec.host}.${domain}` !== host) continue;
      const tls = await client.get(Secret, { namespace: metadata.namespace, name: `${metadata.name}-tls` });
      // Of those that ask for one host, only the Route that has it has a certificate.
      if (tls?.data) return { mark: metadata.uid ?? '', data: tls.data };
    }
    throw new Error(`there is no route to ${host}`);
  });

/** Starts one that finds routes by their host like this. */
export async function startGatewayOver(findRoute: (host: string) => Promise<Led>): Promise<FakeGateway> {
  let isShut = false;
  const pem = (data: Readonly<Record<string, string>>, name: string) =>
    Buffer.from(data[name] ?? '', 'base64');
  const server = createServer({
    SNICallback: (host, answer) =>
      findRoute(host).then(
        ({ data }) =>
          answer(null, createSecureContext({ cert: pem(data, 'tls.crt'), key: pem(data, 'tls.key') })),
        answer,
      ),
  });
  server.on('request', ({ socket }, response) => {
    const { servername } = socket as TLSSocket;
    findRoute(typeof servername === 'string' ? servername : '').then(
      ({ mark }) => response.setHeader(markHeader, mark).end(),
      () => response.destroy(),
    );
  });
  server.on('connection', (socket) => isShut && socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    shut: () => {
      isShut = true;
    },
    open: () => {
      isShut = false;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
