import type { SinkEvent } from '@hearth/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { neighboursOf } from '../why/neighbours.ts';
import { sendEntity } from './entity.ts';
import { frameOf } from './frame.ts';
import { eventsPage } from './page-events.ts';
import type { Asker, Sink } from './sink.ts';
import type { SinkWithStates } from './states.ts';
import { andThis } from './visible.ts';

/** A resource that somebody may get, and its last event. */
export interface Shown {
  readonly asker: Asker;
  readonly iri: string;
  /** As it was when this event was the last. */
  readonly at: number | undefined;
  readonly event: SinkEvent;
}

/** A resource for people: its state, what belongs to it, and what happened to it. */
export async function sendResourcePage(
  request: FastifyRequest,
  reply: FastifyReply,
  sink: SinkWithStates,
  { asker, iri, at, event }: Shown,
): Promise<FastifyReply> {
  const { access, clock } = sink;
  const [all, history] = await Promise.all([access.visible(asker), historyOf(sink, iri, at)]);
  const known = { states: await sink.states(at), visible: andThis(all, iri) };
  // What was then is not told: its reasons are in what came before it.
  const why = at === undefined ? sink.why(iri, { ...known, now: clock.now() }) : undefined;
  const view = { event, at, why, neighbours: neighboursOf(iri, known), history };
  return sendEntity(request, reply, {
    type: 'text/html',
    body: () => sink.pages.resource(frameOf(request, sink), view),
  });
}

/** What was deleted, for people. */
export async function sendGonePage(
  request: FastifyRequest,
  reply: FastifyReply,
  sink: Sink,
  { iri, at, event }: Shown,
): Promise<FastifyReply> {
  const history = await historyOf(sink, iri, at);
  reply.code(410);
  return sendEntity(request, reply, {
    type: 'text/html',
    body: () => sink.pages.gone(frameOf(request, sink), { event, history }),
  });
}

/** What happened up to then. Who may get a resource may read all of it. */
const historyOf = (sink: Sink, of: string, at: number | undefined) =>
  eventsPage(sink, { before: (at ?? sink.log.head().seq) + 1, of, sees: async () => true });
