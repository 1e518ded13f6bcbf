import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AccountsReport,
  type AccountsRequest,
  accountsRequest,
  type ClientMark,
  type ClientRequest,
  clientMarkHeader,
  clientRequest,
} from '@hearth/domain';

/** A stand-in for the admin API of Hearth's identity provider, in memory and on a port of the loopback interface. */
export interface StandIn extends AsyncDisposable {
  readonly address: { readonly host: string; readonly port: number };
  readonly token: string;
  readonly clients: Map<string, ClientRequest>;
  /** What was last put. */
  accounts(): AccountsRequest | undefined;
  /** What was asked, as `METHOD PATH`. */
  readonly asked: string[];
  /** What it knows of people beyond what it is told. */
  readonly seen: Map<string, { passkeys: number; lastSignIn?: string }>;
  /** What it says of its directory. */
  readonly report: { directory?: 'in-step' | 'behind' };
  /** Called before each answer; what it gives is answered instead. */
  before: (method: string, path: string) => number | 'hang up' | undefined;
}

/** An answer: a status, and a body where there is one. */
type Answer = readonly [status: number, body?: object];

/** A request, read. */
interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** What it has been told. */
interface State extends Pick<StandIn, 'token' | 'clients' | 'seen' | 'report'> {
  accounts?: AccountsRequest;
}

/** Starts one. It holds requests to the schemas of the real one. */
export async function identityStandIn(token = 'a-token-of-the-admin'): Promise<StandIn> {
  const state: State = { token, clients: new Map(), seen: new Map(), report: {} };
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const text = Buffer.concat(await request.toArray()).toString('utf8');
    asked.push(`${method} ${url}`);
    const instead = standIn.before(method, url);
    if (instead === 'hang up') return void request.socket.destroy();
    const [status, body] =
      instead === undefined ? answerTo({ method, url, headers, text }, state) : [instead];
    response.writeHead(status, { 'content-type': 'application/json' }).end(body && JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { address: host, port } = server.address() as AddressInfo;
  const standIn: StandIn = {
    ...state,
    address: { host, port },
    accounts: () => state.accounts,
    asked,
    before: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return standIn;
}

function answerTo(asked: Asked, state: State): Answer {
  const { method, url, headers, text } = asked;
  if (headers.authorization !== `Bearer ${state.token}`) return [401, { error: 'unauthorized' }];
  if (url === '/admin/v1/accounts') return ofAccounts(asked, state);
  const id = decodeURIComponent(url.split('/').at(-1) ?? '');
  const there = state.clients.get(id);
  if (method === 'GET') return there ? [200, reportOf(there)] : [404, { error: 'unknown' }];
  const mark = method === 'PUT' ? JSON.parse(text).mark : headerMark(headers);
  if (there && !isSameMark(there.mark, mark)) return [409, { error: 'foreign', mark: there.mark }];
  if (method === 'PUT') return put(text, state);
  state.clients.delete(id);
  return [204];
}

function ofAccounts({ method, text }: Asked, state: State): Answer {
  if (method === 'PUT') {
    const parsed = accountsRequest.safeParse(JSON.parse(text));
    if (!parsed.success) return invalid(parsed.error);
    state.accounts = parsed.data;
  }
  return [200, accountsAnswer(state)];
}

function put(text: string, { clients }: State): Answer {
  const parsed = clientRequest.safeParse(JSON.parse(text));
  if (!parsed.success) return invalid(parsed.error);
  clients.set(parsed.data.id, parsed.data);
  return [200, reportOf(parsed.data)];
}

const invalid = ({ message }: Error): Answer => [400, { error: 'invalid', message: message.slice(0, 500) }];

const isSameMark = (a: ClientMark, b: unknown): boolean => {
  const { home, namespace, name } = b as ClientMark;
  return a.home === home && a.namespace === namespace && a.name === name;
};

const headerMark = (headers: IncomingMessage['headers']): unknown =>
  JSON.parse(String(headers[clientMarkHeader] ?? '{}'));

const reportOf = ({ secrets, ...client }: ClientRequest): object => ({
  ...client,
  secrets: secrets.map(({ id, value }) => ({
    id,
    fingerprint: createHash('sha256').update(value).digest('hex').slice(0, 16),
  })),
});

function accountsAnswer({ accounts, seen, report }: State): AccountsReport {
  const users = (accounts?.users ?? []).map(({ name }) => ({
    name,
    sub: `sub-of-${name}`,
    passkeys: 0,
    appPasswords: 0,
    ...seen.get(name),
  }));
  return { revision: accounts?.revision ?? '', users, ...report };
}
