import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { PemPair } from '../../certificate/pair.ts';
import { markHeader } from '../gateway.ts';

/** A stand-in for a gateway, for tests: it answers everyone with a status and the mark of a route. */
export interface StandIn extends AsyncDisposable {
  readonly address: { readonly host: string; readonly port: number };
  /** The Host headers that it was asked with. */
  readonly asked: readonly (string | undefined)[];
}

/** Starts one on a port of the loopback interface. */
export async function standIn(
  pair: PemPair,
  answer: { readonly status?: number; readonly mark?: string; readonly silent?: boolean },
): Promise<StandIn> {
  const asked: (string | undefined)[] = [];
  const server = createServer({ cert: pair.certificate, key: pair.key }, ({ headers }, response) => {
    asked.push(headers.host);
    if (answer.silent) return;
    if (answer.mark !== undefined) response.setHeader(markHeader, answer.mark);
    response.writeHead(answer.status ?? 200).end('an answer');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { address: host, port } = server.address() as AddressInfo;
  return {
    asked,
    address: { host, port },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
