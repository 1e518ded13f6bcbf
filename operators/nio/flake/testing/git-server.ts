import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';

/** How a test’s repositories are served: as git itself does, in its newer or its older way, or as plain files. */
export type Serving = 'version 2' | 'version 0' | 'plain';

/** Real repositories, behind git’s own HTTP backend. */
export interface GitServer {
  /** `http://127.0.0.1:PORT`, or `https://`. */
  readonly url: string;
  serving: Serving;
  /** Answers before git does; returns whether it has. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Makes an empty repository, at `/NAME.git`. */
  create(name: string): void;
  /** Makes a commit on a branch; the commit. */
  commit(name: string, branch: string): string;
  /** Runs git in a repository; what it prints. */
  git(name: string, ...args: readonly string[]): string;
  close(): Promise<void>;
}

const identity = {
  GIT_AUTHOR_NAME: 'test',
  GIT_AUTHOR_EMAIL: 'test@example.org',
  GIT_COMMITTER_NAME: 'test',
  GIT_COMMITTER_EMAIL: 'test@example.org',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/** Starts a server on a free port, without a repository; with a certificate and its key, in PEM, over TLS. */
export async function startGitServer(tls?: {
  readonly cert: string;
  readonly key: string;
}): Promise<GitServer> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-git-'));
  const run = (cwd: string, args: readonly string[]) =>
    execFileSync('git', args, { cwd, env: { ...process.env, ...identity }, encoding: 'utf8' }).trim();
  const git = (name: string, ...args: readonly string[]) => run(join(folder, `${name}.git`), args);
  const serve = (request: IncomingMessage, response: ServerResponse) => {
    if (self.intercept(request, response)) return;
    if (self.serving === 'plain') sendFile(folder, request, response);
    else backend(folder, self.serving, request, response);
  };
  const server = tls ? createTlsServer(tls, serve) : createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let count = 0;
  const self: GitServer = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serving: 'version 2',
    intercept: () => false,
    create: (name) => void run(folder, ['init', '-q', '--bare', '-b', 'main', `${name}.git`]),
    commit(name, branch) {
      const tree = git(name, 'hash-object', '-t', 'tree', '-w', '/dev/null');
      const commit = git(name, 'commit-tree', tree, '-m', `${name} ${branch} ${++count}`);
      git(name, 'update-ref', `refs/heads/${branch}`, commit);
      git(name, 'update-server-info');
      return commit;
    },
    git,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return self;
}

function sendFile(folder: string, { url = '/' }: IncomingMessage, response: ServerResponse): void {
  const [path = ''] = url.split('?');
  try {
    const content = readFileSync(join(folder, normalize(path)));
    response.writeHead(200, { 'content-type': 'text/plain' }).end(content);
  } catch {
    response.writeHead(404).end();
  }
}

/** Runs `git http-backend`, which is a CGI program (RFC 3875). */
function backend(folder: string, serving: Serving, request: IncomingMessage, response: ServerResponse): void {
  const [path = '', query = ''] = (request.url ?? '/').split('?');
  const protocol = request.headers['git-protocol'];
  const child = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      ...identity,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: path,
      QUERY_STRING: query,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      ...(serving === 'version 2' && typeof protocol === 'string' ? { GIT_PROTOCOL: protocol } : {}),
    },
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => sendCgi(Buffer.concat(chunks), response));
  request.pipe(child.stdin);
}

function sendCgi(output: Buffer, response: ServerResponse): void {
  const end = output.indexOf('\r\n\r\n');
  const headers = output.toString('latin1', 0, end).split('\r\n');
  for (const header of headers) {
    const [name = '', value = ''] = header.split(/: */);
    if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(output.subarray(end + 4));
}
