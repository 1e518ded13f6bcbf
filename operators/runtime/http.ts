import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Registry } from 'prom-client';

/** What the probes of kubelet and Prometheus are told. */
export interface HttpOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly host?: string | undefined;
  readonly registry: Registry;
  /** What is not ready yet; empty once it is. */
  readonly unready: () => readonly string[];
}

/** Serves `/healthz`, `/readyz` and `/metrics`. */
export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/** All addresses of the machine: `::` is IPv4 too, but not to be had where there is no IPv6. */
export const anyAddress = (): string =>
  Object.values(networkInterfaces())
    .flat()
    .some((one) => one?.family === 'IPv6')
    ? '::'
    : '0.0.0.0';

/** Listens; rejects where the port is taken. */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    answer(options, request.url ?? '/', response).catch(() => response.writeHead(500).end());
  });
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { port, host }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  { registry, unready }: HttpOptions,
  url: string,
  response: ServerResponse,
): Promise<void> {
  const [path] = url.split('?');
  if (path === '/metrics') {
    const metrics = await registry.metrics();
    response.writeHead(200, { 'content-type': registry.contentType }).end(metrics);
  } else if (path === '/healthz') {
    plain(response, 200, 'ok');
  } else if (path === '/readyz') {
    const missing = unready();
    plain(
      response,
      missing.length === 0 ? 200 : 503,
      missing.length === 0 ? 'ok' : `waiting for ${missing.join(', ')}`,
    );
  } else {
    plain(response, 404, 'not found');
  }
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
