import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { ClusterConfig } from '@hearth/runtime';

/** One request on its way through the proxy, in the hands of a fault. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The client's connection. */
  readonly socket: Socket;
  /** Sends the request to the API server and resolves when the answer begins. May be called again. */
  send(): Promise<IncomingMessage>;
  /** Hands an answer over to the client, through `transform` where one is given, to its end. */
  relay(answer: IncomingMessage, transform?: Transform): Promise<void>;
  /** Hands over the status and headers of an answer, and nothing more. */
  relayHead(answer: IncomingMessage): void;
}

/** Changes an answer part by part; undefined swallows a part. */
type Transform = (chunk: Buffer) => Buffer | undefined;

/** What is done to a request instead of passing it on; see `faults.ts` for those that there are. */
export type Fault = (exchange: Exchange) => Promise<void> | void;

/** Which requests are meant: all that is given must hold. */
interface Match {
  /** One of these methods. */
  readonly methods?: readonly string[];
  /** The path with its query. */
  readonly path?: RegExp;
  /** Watches, or anything but watches. */
  readonly watch?: boolean;
  /** A part of the client's User-Agent, which names the operator process. */
  readonly client?: string;
}

/** The methods that change something. */
export const MUTATING: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** What became of one request. Times in milliseconds since the epoch, on a clock that never goes back. */
export interface Recorded {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly client: string;
  /** When its last byte had come. */
  readonly at: number;
  /** The status that the API server answered with, if it was asked and has answered. */
  status?: number;
  /** Whether a rule took it. */
  readonly faulted: boolean;
  /** When the answer ended, or was cut off. */
  endedAt?: number;
}

/** A fault that waits for its requests. */
interface Rule {
  /** How many requests it has taken. */
  hits(): number;
  remove(): void;
}

/** A reverse proxy before an API server that does to its requests what a test says. */
export interface FaultProxy {
  readonly url: string;
  /** The same cluster, through this proxy. */
  through(cluster: ClusterConfig): ClusterConfig;
  /** Applies a fault to the `nth` request that matches (the first, if not given) and to `times` of them (1). */
  on(match: Match, fault: Fault, options?: { readonly nth?: number; readonly times?: number }): Rule;
  /** Nothing comes through from now on, either way, and nobody is told: connections stay open. */
  partition(): void;
  /** What is still wanted goes on its way. */
  heal(): void;
  /** Every request that has come, in order. */
  readonly requests: readonly Recorded[];
  /** Those that match, from a time on. */
  recorded(match: Match, since?: number): readonly Recorded[];
  close(): Promise<void>;
}

/** The time that records are in. */
export const proxyTime = (): number => performance.timeOrigin + performance.now();

/** Listens on a free port of the loopback interface. It speaks plain HTTP, so that a fault is nothing but itself. */
export async function openFaultProxy(cluster: ClusterConfig): Promise<FaultProxy> {
  const upstream = createUpstream(cluster);
  const rules = createRules();
  const link = createLink();
  const requests: Recorded[] = [];

  const handle = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(incoming);
    const facts = { ...factsOf(incoming), at: proxyTime() };
    const fault = rules.take(facts);
    const recorded: Recorded = { ...facts, faulted: fault !== undefined };
    requests.push(recorded);
    response.on('close', () => {
      recorded.endedAt = proxyTime();
    });
    await link.whole();
    // Who hung up during a partition is not served after it.
    if (response.destroyed) return;
    const exchange = createExchange(upstream, link, recorded, { incoming, body, response });
    await (fault ?? passOn)(exchange);
  };
  const server = createServer((incoming, response) => {
    // What breaks on the way breaks for the client as well.
    handle(incoming, response).catch(() => incoming.socket.resetAndDestroy());
  });
  Object.assign(server, { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
  const url = `http://127.0.0.1:${await listen(server)}`;

  return {
    url,
    through: (original) => ({ ...original, server: url }),
    on: rules.add,
    partition: link.part,
    heal: link.mend,
    requests,
    recorded: (match, since = 0) => requests.filter((each) => each.at >= since && matches(match, each)),
    async close() {
      link.mend();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      upstream.close();
    },
  };
}

const passOn: Fault = async ({ send, relay }) => relay(await send());

type Facts = Omit<Recorded, 'faulted' | 'at'>;

function factsOf({ method = '', url = '', headers }: IncomingMessage): Facts {
  return { method, path: url, client: headers['user-agent'] ?? '' };
}

function matches({ methods, path, watch, client }: Match, facts: Facts): boolean {
  return (
    (methods === undefined || methods.includes(facts.method)) &&
    (path === undefined || path.test(facts.path)) &&
    (watch === undefined || watch === /[?&]watch=true\b/.test(facts.path)) &&
    (client === undefined || facts.client.includes(client))
  );
}

/** The rules of a proxy: of those that match a request, the first that is not used up takes it. */
function createRules() {
  const rules = new Set<(facts: Facts) => Fault | undefined>();
  return {
    add(match: Match, fault: Fault, { nth = 1, times = 1 } = {}): Rule {
      let seen = 0;
      let hits = 0;
      const rule = (facts: Facts) => {
        if (hits >= times || !matches(match, facts) || ++seen < nth) return undefined;
        hits++;
        return fault;
      };
      rules.add(rule);
      return { hits: () => hits, remove: () => void rules.delete(rule) };
    },
    take(facts: Facts): Fault | undefined {
      for (const rule of rules) {
        const fault = rule(facts);
        if (fault) return fault;
      }
      return undefined;
    },
  };
}

/** The network between the clients and the API server. */
function createLink() {
  let parted: PromiseWithResolvers<void> | undefined;
  return {
    part() {
      parted ??= Promise.withResolvers<void>();
    },
    mend() {
      parted?.resolve();
      parted = undefined;
    },
    /** Resolves when there is no partition. */
    async whole(): Promise<void> {
      while (parted) await parted.promise;
    },
  };
}

/** The connections to the API server. */
function createUpstream(cluster: ClusterConfig) {
  const { ca, cert, key, serverName: servername, insecure, server } = cluster;
  const agent = new Agent({ keepAlive: true, ca, cert, key, servername, rejectUnauthorized: !insecure });
  return {
    send({ method, url = '/', headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      const outgoing = request(new URL(url, server), {
        agent,
        method,
        headers: endToEnd(headers),
      });
      outgoing.on('response', resolve);
      outgoing.on('error', reject);
      outgoing.end(body);
      return promise;
    },
    close: () => agent.destroy(),
  };
}

/** Headers of a connection, which mean nothing on the next one (RFC 9110, 7.6.1). */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'host']);

function endToEnd(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

interface Incoming {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  readonly response: ServerResponse;
}

function createExchange(
  upstream: ReturnType<typeof createUpstream>,
  link: ReturnType<typeof createLink>,
  recorded: Recorded,
  { incoming, body, response }: Incoming,
): Exchange {
  const relayHead = (answer: IncomingMessage) => {
    response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers)).flushHeaders();
  };
  return {
    request: incoming,
    response,
    socket: incoming.socket,
    relayHead,
    async send() {
      const answer = await upstream.send(incoming, body);
      if (answer.statusCode !== undefined) recorded.status = answer.statusCode;
      response.on('close', () => answer.destroy());
      return answer;
    },
    async relay(answer, transform = (chunk) => chunk) {
      await link.whole();
      relayHead(answer);
      for await (const chunk of answer) {
        await link.whole();
        const changed = transform(chunk);
        if (changed !== undefined && !response.destroyed) response.write(changed);
      }
      await link.whole();
      response.end();
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
