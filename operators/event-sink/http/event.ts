import type { SinkEvent } from '@hearth/domain';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { callerOf } from './caller.ts';
import { sendEntity, VARY } from './entity.ts';
import { isRdf, rdfTypes, written } from './forms.ts';
import { eventTriples } from './ldes.ts';
import { negotiate } from './negotiate.ts';
import { notAcceptable, nothingHere } from './refusal.ts';
import type { Sink } from './sink.ts';
import { mayRead } from './visible.ts';

const offered = ['application/json', ...rdfTypes, 'text/html'] as const;

type BySeq = FastifyRequest<{ Params: { readonly seq: string } }>;

/** Each event at its own IRI; for people, the page that begins with it. */
export function eventRoute(server: FastifyInstance, sink: Sink): void {
  server.get('/-/events/:seq', async (request: BySeq, reply) => {
    const asker = await callerOf(request, sink);
    const type = negotiate(request.headers.accept, offered);
    if (type === undefined) throw notAcceptable(offered);
    const event = await eventAt(sink, request.params.seq);
    if (event === undefined || !(await mayRead(sink.access, asker, event))) throw nothingHere();
    if (type === 'text/html')
      return reply.header('vary', VARY).redirect(`/-/events?before=${event.seq + 1}`, 303);
    const body = () =>
      isRdf(type)
        ? written(type, eventTriples(event, sink.iris), sink.iris.event(event.seq), sink.iris)
        : JSON.stringify(event);
    return sendEntity(request, reply, { type, body });
  });
}

/** The event of a number; undefined where there is none, or it is in an archive. */
async function eventAt({ log }: Sink, text: string): Promise<SinkEvent | undefined> {
  const seq = /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
  if (seq === undefined) return undefined;
  const [event] = await log.read({ after: seq - 1, limit: 1 });
  return event?.seq === seq ? event : undefined;
}
