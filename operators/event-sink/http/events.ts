import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callerOf } from './caller.ts';
import { digest, sendEntity } from './entity.ts';
import { sendEventsPage } from './events-page.ts';
import { editionOf, type RdfType, rdfTypes, written } from './forms.ts';
import { pageText } from './history.ts';
import { type LdesPage, ldesTriples, pageIri } from './ldes.ts';
import { negotiate } from './negotiate.ts';
import { ofOf, stretchOf } from './numbers.ts';
import { queryOf } from './query.ts';
import { type Asking, readPage, seesOf } from './reading.ts';
import { notAcceptable } from './refusal.ts';
import type { Sink } from './sink.ts';
import { createStreams } from './stream.ts';

const offered = ['application/json', ...rdfTypes, 'text/event-stream', 'text/html'] as const;

/** Events of one page, if not said otherwise. */
const USUAL = 100;

/** Fixed pages never change: who has one needs not ask again. */
const IMMUTABLE = 'private, max-age=31536000, immutable';

/** What happened: in pages, as a stream, as linked data event streams, and for people. */
export function eventRoutes(server: FastifyInstance, sink: Sink): void {
  const streams = createStreams(sink);
  const edition = editionOf(sink.iris);
  server.addHook('preClose', async () => streams.end());
  server.get('/-/events', async (request, reply) => {
    const asker = await callerOf(request, sink);
    const query = queryOf(request);
    const of = ofOf(query);
    const asking = { asker, query, of, sees: await seesOf(sink, asker, of) };
    const type = negotiate(request.headers.accept, offered);
    switch (type) {
      case undefined:
        throw notAcceptable(offered);
      case 'text/event-stream':
        return await streams.begin(request, reply, asking);
      case 'text/html':
        return await sendEventsPage(request, reply, sink, asking);
      case 'application/json': {
        const page = await readPage(sink, stretchOf(query, USUAL), of, asking.sees);
        return sendEntity(request, reply, { type, body: () => pageText(page) });
      }
      default:
        return await sendLdes(request, reply, sink, { ...asking, type, edition });
    }
  });
}

/** A fixed page has the events of a stretch of numbers, however many of them can be seen. */
async function sendLdes(
  request: FastifyRequest,
  reply: FastifyReply,
  sink: Sink,
  { asker, query, of, sees, type, edition }: Asking & { readonly type: RdfType; readonly edition: string },
): Promise<FastifyReply> {
  const { after, limit } = stretchOf(query, USUAL);
  const { seq: head, pruned } = sink.log.head();
  const last = after + limit;
  const { events: members } = await readPage(sink, { after, limit, last }, of, sees);
  const isFull = last <= head;
  const page: LdesPage = { after, limit, of, members, isFull };
  // Who may see everything sees the same tomorrow; who may see less today might see more.
  const isFixed = isFull && after >= pruned && (await sink.access.visible(asker)) === 'all';
  reply.header('link', `<${sink.iris.vocabulary}>; rel="describedby"`);
  return sendEntity(request, reply, {
    type,
    tag: isFixed ? digest([after, limit, of, type, edition].join(' ')) : undefined,
    body: () => written(type, ldesTriples(page, sink.iris), pageIri(page, sink.iris), sink.iris),
    ...(isFixed && { cacheControl: IMMUTABLE }),
  });
}
