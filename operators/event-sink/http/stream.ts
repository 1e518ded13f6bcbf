import { isDeepStrictEqual } from 'node:util';
import type { SinkEvent } from '@hearth/domain';
import { pause } from '@hearth/runtime/clock';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from './caller.ts';
import { VARY } from './entity.ts';
import { createOutlet, type Outlet } from './outlet.ts';
import type { Asking } from './reading.ts';
import { badRequest, Refusal } from './refusal.ts';
import type { Sink } from './sink.ts';

/** Streams that are open. */
export interface Streams {
  /** Answers with events as they happen (server-sent events, WHATWG HTML 9.2); the number of each is its id. */
  begin(request: FastifyRequest, reply: FastifyReply, asking: Asking): Promise<FastifyReply>;
  /** Ends all. */
  end(): void;
}

const MOST_STREAMS = 256;
/** Events that are written together. */
const BATCH = 200;
/** Milliseconds after which something is written even if nothing happened: gateways end what is silent. */
const HEARTBEAT = 15_000;
/** Milliseconds that a reader may leave unread what was written. */
const PATIENCE = 20_000;
/** Milliseconds after which is asked again who reads. What they may see is asked for each event. */
const RECHECK = 30_000;

/** None is open yet. */
export function createStreams(sink: Sink): Streams {
  const open = new Set<AbortController>();

  return {
    async begin(request, reply, asking) {
      if (open.size >= MOST_STREAMS) throw new Refusal(503, 'Many listen', 'Try it again in a while.');
      const after = startOf(request, asking.query, sink.log.head().seq);
      if (request.method === 'HEAD') return reply.headers(HEADERS).send();
      const stop = new AbortController();
      open.add(stop);
      reply.hijack();
      for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...HEADERS }))
        if (value !== undefined) reply.raw.setHeader(name, value);
      for (const event of ['close', 'error']) reply.raw.on(event, () => stop.abort());
      const outlet = createOutlet(reply.raw, sink.clock, PATIENCE);
      follow({ sink, request, asking, outlet, signal: stop.signal }, after)
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
      for (const stop of open) stop.abort();
    },
  };
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

interface Following {
  readonly sink: Sink;
  readonly request: FastifyRequest;
  readonly asking: Asking;
  readonly outlet: Outlet;
  readonly signal: AbortSignal;
}

/** Reads the log at the pace of the reader: nothing waits in memory. */
async function follow({ sink, request, asking, outlet, signal }: Following, after: number): Promise<void> {
  const { log, clock } = sink;
  let at = after;
  let checked = clock.monotonic();
  let bell = new AbortController();
  const ring = () => bell.abort();
  const stopListening = log.onAppend(ring);
  signal.addEventListener('abort', ring);
  try {
    await outlet.write(': what happens is told here\n\n');
    while (!signal.aborted) {
      // Before reading: what is appended meanwhile rings it.
      bell = new AbortController();
      const { seq: head } = log.head();
      const read = await log.read({ after: at, limit: BATCH, of: asking.of });
      const events = read.filter(({ seq }) => seq <= head);
      await outlet.write(await told(events, asking));
      // Where the log ended: the number of the last event would tell that it was one of these, seen or not.
      at = events.length < BATCH ? head : (events.at(-1)?.seq ?? at);
      if (events.length < BATCH) await pause(clock, HEARTBEAT, bell.signal);
      if (!bell.signal.aborted && events.length < BATCH) await outlet.write(`: still here\nid: ${at}\n\n`);
      if (clock.monotonic() - checked < RECHECK) continue;
      // With other groups they may see something else: who still listens comes again.
      if (!isDeepStrictEqual(await callerOf(request, sink), asking.asker)) return;
      checked = clock.monotonic();
    }
  } finally {
    stopListening();
    signal.removeEventListener('abort', ring);
  }
}

/** Those of the events that the reader sees, as they are written. */
async function told(events: readonly SinkEvent[], { sees }: Asking): Promise<string> {
  const seen = await Promise.all(events.map(sees));
  return events
    .filter((_, index) => seen[index])
    .map((event) => `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('');
}
