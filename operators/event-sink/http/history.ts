import { type EventPage, relativeIri } from '@hearth/domain';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendEntity } from './entity.ts';
import { negotiate } from './negotiate.ts';
import { stretchOf } from './numbers.ts';
import { queryOf } from './query.ts';
import { readPage } from './reading.ts';
import { notAcceptable, nothingHere } from './refusal.ts';
import type { Address, Asker, Sink } from './sink.ts';

const offered = ['application/json'] as const;

/** Events of one page, if not said otherwise. */
const USUAL = 100;

/** A resource's events, the first ones first. Who may get it may read them. */
export async function sendHistory(
  request: FastifyRequest,
  reply: FastifyReply,
  sink: Sink,
  { asker, address }: { readonly asker: Asker; readonly address: Address },
): Promise<FastifyReply> {
  if (negotiate(request.headers.accept, offered) === undefined) throw notAcceptable(offered);
  const stretch = stretchOf(queryOf(request), USUAL);
  const iri = relativeIri(address);
  // First, and alone: how long the rest takes would tell how much there is.
  if (!(await sink.access.mayGet(asker, address))) throw nothingHere();
  if ((await sink.log.last(iri)) === undefined) throw nothingHere();
  const page = await readPage(sink, stretch, iri, async () => true);
  return sendEntity(request, reply, { type: 'application/json', body: () => pageText(page) });
}

/** A page as JSON. */
export const pageText = ({ events, next }: EventPage): string =>
  JSON.stringify({ events, ...(next !== undefined && { next }) });
