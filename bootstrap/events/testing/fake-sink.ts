import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { formatPart, kindName, type LogPart, relativeIri, type SinkEvent } from '@hearth/domain';
import { onTestFinished } from 'vitest';
import { askSink, type SinkClient } from '../ask-sink.ts';

/** A fake of the event sink: an HTTP server that says what a test tells it, in the sink's own way. */
export interface FakeSink {
  readonly client: SinkClient;
  /** What was asked: `GET /-/events?after=0`, with the `Last-Event-ID` behind it. */
  readonly asked: string[];
  /** How many tokens were made. */
  tokens(): number;
  /** Records one more event, and tells it to those who follow. */
  record(event: SinkEvent): void;
  /** Refuses what is asked next, with this sentence. */
  refuseNext(status: number, detail?: string): void;
  /** Breaks all connections and answers none. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
}

/** What it knows. */
interface Told {
  readonly events?: readonly SinkEvent[];
  readonly parts?: readonly LogPart[];
  readonly checkpoint?: string;
  /** Answers by path, and the media type that each has. */
  readonly answers?: Readonly<Record<string, readonly [type: string, text: string]>>;
  /** How many events it puts on a page. */
  readonly page?: number;
}

/** An answer that is made at once. */
interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** Starts one for as long as the test runs. */
export async function fakeSink({ events = [], page = 2, ...told }: Told): Promise<FakeSink> {
  const recorded = [...events];
  const followers = new Set<(event: SinkEvent) => void>();
  const asked: string[] = [];
  const refusals: Answer[] = [];
  let tokens = 0;

  function answerTo(request: IncomingMessage, { pathname, searchParams }: URL): Answer {
    if (request.headers.authorization !== `Bearer token-${tokens}`) return refusal(401);
    const [type, text] = told.answers?.[pathname] ?? [];
    if (type !== undefined && text !== undefined) return { status: 200, type, text };
    switch (pathname) {
      case '/-/log/head':
        return json(headOf(recorded, told.checkpoint));
      case '/-/log/parts':
        return partLines(told.parts ?? []);
      case '/-/events':
        return json(pageOf(recorded, searchParams, page));
      default:
        return refusal(404, 'There is nothing here that you may see.');
    }
  }

  function respond(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://sink');
    const lastId = request.headers['last-event-id'];
    asked.push(`${request.method} ${request.url}${lastId === undefined ? '' : ` ${lastId}`}`);
    const refused = refusals.shift();
    if (refused === undefined && request.headers.accept === 'text/event-stream') {
      follow(response, Number(lastId), url.searchParams.get('of'));
    } else {
      const { status, type, text } = refused ?? answerTo(request, url);
      response.writeHead(status, { 'content-type': type }).end(text);
    }
  }

  function follow(response: ServerResponse, after: number, of: string | null): void {
    const tell = (event: SinkEvent) => {
      if (event.seq > after && isOf(event, of)) {
        response.write(`id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`);
      }
    };
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': here\n\n');
    recorded.forEach(tell);
    followers.add(tell);
    response.on('close', () => followers.delete(tell));
  }

  const server = createServer(respond);
  const listen = (port: number) =>
    new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
  const goAway = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  onTestFinished(goAway);
  const token = async () => {
    tokens += 1;
    return `token-${tokens}`;
  };
  return {
    client: askSink({ origin: async () => `http://127.0.0.1:${port}`, token, patience: 500 }),
    asked,
    tokens: () => tokens,
    record(event) {
      recorded.push(event);
      for (const tell of followers) tell(event);
    },
    refuseNext: (status, detail) => void refusals.push(refusal(status, detail)),
    goAway,
    comeBack: () => listen(port),
  };
}

const isOf = ({ resource }: SinkEvent, of: string | null): boolean =>
  of === null || of === relativeIri(resource) || of === kindName(resource);

function pageOf(recorded: readonly SinkEvent[], query: URLSearchParams, most: number): object {
  const after = Number(query.get('after'));
  const size = Math.min(most, Number(query.get('limit')));
  const later = recorded.filter((event) => event.seq > after && isOf(event, query.get('of')));
  const events = later.slice(0, size);
  return { events, ...(later.length > size ? { next: events.at(-1)?.seq } : {}) };
}

const json = (body: object): Answer => ({
  status: 200,
  type: 'application/json; charset=utf-8',
  text: JSON.stringify(body),
});

const refusal = (status: number, detail?: string): Answer => ({
  status,
  type: 'application/problem+json',
  text: detail === undefined ? '' : JSON.stringify({ title: 'No', detail, status }),
});

const partLines = (parts: readonly LogPart[]): Answer => ({
  status: 200,
  type: 'application/x-ndjson',
  text: parts.map((part) => `${formatPart(part)}\n`).join(''),
});

const headOf = (events: readonly SinkEvent[], checkpoint: string | undefined): object => ({
  seq: events.at(-1)?.seq ?? 0,
  hash: '00',
  pruned: 0,
  ...(checkpoint === undefined ? {} : { checkpoint }),
});
