import { spawn } from 'node:child_process';
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { execa } from 'execa';
import type { KeyPair } from '../../bootstrap/local/native/pki/certificates.ts';

/** Repositories over HTTP, as a forge gives them out. */
export interface GitServer {
  /** Where a repository is fetched, `http://…` or `https://…`; with credentials in it when they are given. */
  url(name: string, credentials?: Credentials): string;
  /** From now on the repository is given only to who has these credentials. */
  protect(name: string, credentials: Credentials): void;
  /** From now on it is refused (`503`), or given again. */
  setAvailable(available: boolean): void;
  /** The requests so far, method and path. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Basic credentials. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/**
 * Serves the bare repositories below a folder (`NAME.git`) on a free port of an address; over HTTPS, if it has an
 * identity.
 */
export async function startGitServer(
  folder: string,
  address: string,
  identity?: KeyPair,
): Promise<GitServer> {
  const backend = `${(await execa('git', ['--exec-path'])).stdout}/git-http-backend`;
  const secrets = new Map<string, Credentials>();
  const requests: string[] = [];
  let available = true;

  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? '/', 'http://git');
    requests.push(`${request.method} ${pathname}`);
    if (!available) return void response.writeHead(503).end();
    const secret = secrets.get(/^[/]([^/]+)[.]git/.exec(pathname)?.[1] ?? '');
    if (secret !== undefined && !isAllowed(request, secret))
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    answer(backend, folder, request, response);
  };
  const server = identity
    ? createTlsServer({ cert: identity.certificate, key: identity.key }, serve)
    : createServer(serve);
  const scheme = identity ? 'https' : 'http';
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    requests,
    url(name, credentials) {
      const { user, password } = credentials ?? {};
      return `${scheme}://${user === undefined ? '' : `${user}:${password}@`}${address}:${port}/${name}.git`;
    },
    protect: (name, credentials) => void secrets.set(name, credentials),
    setAvailable(now) {
      available = now;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isAllowed(request: IncomingMessage, { user, password }: Credentials): boolean {
  const expected = Buffer.from(`Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`);
  const given = Buffer.from(request.headers.authorization ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** One request through git-http-backend, a CGI program (RFC 3875). */
function answer(backend: string, folder: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://git');
  const backendProcess = spawn(backend, [], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_ADDR: request.socket.remoteAddress,
    },
  });
  backendProcess.stdin.on('error', () => request.destroy());
  request.pipe(backendProcess.stdin);
  let head = Buffer.alloc(0);
  backendProcess.stdout.on('data', (chunk: Buffer) => {
    if (response.headersSent) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    writeHead(response, head.subarray(0, end).toString());
    response.write(head.subarray(end + 4));
  });
  backendProcess.stdout.on('end', () => response.end());
  response.on('close', () => backendProcess.kill());
}

function writeHead(response: ServerResponse, head: string): void {
  let status = 200;
  for (const line of head.split('\r\n')) {
    const [, name = '', value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
