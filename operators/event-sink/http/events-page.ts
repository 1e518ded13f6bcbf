import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendEntity } from './entity.ts';
import { frameOf } from './frame.ts';
import { beforeOf } from './numbers.ts';
import { eventsPage } from './page-events.ts';
import type { Asking } from './reading.ts';
import type { Sink } from './sink.ts';

/** What happened, for people: the newest first, or those before `?before=N`. */
export async function sendEventsPage(
  request: FastifyRequest,
  reply: FastifyReply,
  sink: Sink,
  { query, of, sees }: Asking,
): Promise<FastifyReply> {
  const before = beforeOf(query) ?? sink.log.head().seq + 1;
  const view = { ...(await eventsPage(sink, { before, of, sees })), of };
  const body = () => sink.pages.events(frameOf(request, sink, 'events'), view);
  return sendEntity(request, reply, { type: 'text/html', body });
}
