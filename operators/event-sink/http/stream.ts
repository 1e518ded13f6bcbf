import type { FastifyReply, FastifyRequest } from 'fastify';
import { VARY } from './entity.ts';
import { follow } from './follow.ts';
import { createNews } from './news.ts';
import { createOutlet } from './outlet.ts';
import type { Asking } from './reading.ts';
import { badRequest, Refusal } from './refusal.ts';
import type { Asker, Sink } from './sink.ts';

/** Streams that are open. */
export interface Streams {
  /** Answers with events as they happen (server-sent events, WHATWG HTML 9.2); the number of each is its id. */
  begin(request: FastifyRequest, reply: FastifyReply, asking: Asking): Promise<FastifyReply>;
  /** Ends all. */
  end(): void;
}

const MOST_STREAMS = 256;
const MOST_OF_ONE = 8;
/** Milliseconds that a reader may leave unread what was written. */
const PATIENCE = 20_000;

/** None is open yet. */
export function createStreams(sink: Sink): Streams {
  const open = new Map<AbortController, Asker['name']>();
  const news = createNews(sink.log);

  return {
    async begin(request, reply, asking) {
      const { name } = asking.asker;
      refuseTooMany(open, name);
      const after = startOf(request, asking.query, sink.log.head().seq);
      if (request.method === 'HEAD') return reply.headers(HEADERS).send();
      const stop = new AbortController();
      open.set(stop, name);
      reply.hijack();
      for (const [header, value] of Object.entries({ ...reply.getHeaders(), ...HEADERS }))
        if (value !== undefined) reply.raw.setHeader(header, value);
      for (const event of ['close', 'error']) reply.raw.on(event, () => stop.abort());
      const outlet = createOutlet(reply.raw, sink.clock, PATIENCE);
      follow({ sink, news, request, asking, outlet, signal: stop.signal }, after)
        .catch((error: unknown) => {
          if (!stop.signal.aborted) sink.logger.info({ error }, 'a stream of events was ended');
        })
        .finally(() => {
          open.delete(stop);
          outlet.end();
        });
      return reply;
    },
    end() {
      for (const stop of open.keys()) stop.abort();
    },
  };
}

/** @throws Refusal where as many are open as there may be, of one asker or of all. */
function refuseTooMany(open: ReadonlyMap<AbortController, Asker['name']>, name: Asker['name']): void {
  if ([...open.values()].filter((other) => other === name).length >= MOST_OF_ONE)
    throw new Refusal(429, 'You listen much at once', `End one of your ${MOST_OF_ONE} streams.`);
  if (open.size >= MOST_STREAMS) throw new Refusal(503, 'Many listen', 'Try it again in a while.');
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  vary: VARY,
  // Else nginx would keep back what is small.
  'x-accel-buffering': 'no',
};

/** After which event a stream begins: the last that the reader has; now, if they don't say. @throws Refusal */
function startOf({ headers }: FastifyRequest, query: URLSearchParams, head: number): number {
  const header = headers['last-event-id'];
  const said = (Array.isArray(header) ? header[0] : header) ?? query.get('after') ?? `${head}`;
  const after = /^\d{1,15}$/.test(said) ? Number(said) : Number.NaN;
  if (after <= head) return after;
  throw badRequest(`The last event that you have must be a number up to ${head}, the end of the log.`);
}
