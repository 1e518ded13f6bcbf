import { relativeIri, type SinkEvent } from '@hearth/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { stateQuads } from '../graph/state.ts';
import { acceptOf } from './accept.ts';
import { addressOf, type PathParts } from './address.ts';
import { callerOf } from './caller.ts';
import { type Entity, sendEntity } from './entity.ts';
import { editionOf, isRdf, rdfTypes, written } from './forms.ts';
import { sendHistory } from './history.ts';
import { negotiate } from './negotiate.ts';
import { atOf } from './numbers.ts';
import { queryOf } from './query.ts';
import { notAcceptable, nothingHere, Refusal } from './refusal.ts';
import { sendGonePage, sendResourcePage } from './resource-page.ts';
import type { Address, Asker, Sink } from './sink.ts';
import type { SinkWithStates } from './states.ts';

type ByPath = FastifyRequest<{ Params: PathParts }>;

const offered = ['application/json', ...rdfTypes, 'text/html'] as const;

/** A resource that somebody asked for, and may get. */
interface Asked {
  readonly asker: Asker;
  readonly iri: string;
  /** As it was when this event was the last. */
  readonly at: number | undefined;
}

/** Each resource at its own IRI, now or as of some event, and its history. */
export function resourceRoutes(server: FastifyInstance, sink: SinkWithStates): void {
  const edition = editionOf(sink.iris);
  server.get('/:namespace/:kind/:name', async (request: ByPath, reply) => {
    const asker = await callerOf(request, sink);
    const address = addressOf(request.params);
    const query = queryOf(request);
    if (address === undefined) throw nothingHere();
    reply.header('link', linksOf(relativeIri(address), sink));
    if (query.has('history')) return await sendHistory(request, reply, sink, { asker, address });
    const type = negotiate(acceptOf(request), offered);
    if (type === undefined) throw notAcceptable(offered);
    const at = atOf(query, sink.log.head().seq);
    const asked = { asker, iri: relativeIri(address), at };
    const event = await lastOf(sink, asked, address);
    if (event.type === 'deleted') return await sendGone(request, reply, sink, { ...asked, event, type });
    if (type === 'text/html') return await sendResourcePage(request, reply, sink, { ...asked, event });
    return sendEntity(request, reply, entityOf(event, type, sink, edition));
  });
}

/**
 * The last event of a resource. For who may not get it, it is not looked for: how long that takes would tell that it is
 * there.
 * @throws Refusal
 */
async function lastOf(
  { access, log }: Sink,
  { asker, iri, at }: Asked,
  address: Address,
): Promise<SinkEvent> {
  if (!(await access.mayGet(asker, address))) throw nothingHere();
  const event = await log.last(iri, at);
  if (event === undefined) throw nothingHere();
  return event;
}

function linksOf(iri: string, { iris }: Sink): string {
  const links = [
    [iris.vocabulary, 'describedby'],
    [`${iris.base}${iri}?history`, 'version-history'],
    [`${iris.base}${iri}`, 'latest-version'],
  ] as const;
  return links.map(([target, relation]) => `<${target}>; rel="${relation}"`).join(', ');
}

type ResourceType = Exclude<(typeof offered)[number], 'text/html'>;

function entityOf(
  { seq, resource, object = {} }: SinkEvent,
  type: ResourceType,
  { iris }: Sink,
  edition: string,
): Entity {
  const [, form = type] = type.split('/');
  return {
    type,
    tag: `${seq}-${form}-${edition}`,
    body: () =>
      isRdf(type)
        ? written(type, stateQuads(resource, object, iris), iris.resource(resource), iris)
        : JSON.stringify(object),
  };
}

/** What was asked for, in a form. */
interface Gone extends Asked {
  /** What deleted it. */
  readonly event: SinkEvent;
  readonly type: string;
}

async function sendGone(
  request: FastifyRequest,
  reply: FastifyReply,
  sink: Sink,
  { type, ...gone }: Gone,
): Promise<FastifyReply> {
  const { event, iri } = gone;
  if (type === 'text/html') return await sendGonePage(request, reply, sink, gone);
  const lastState = `${sink.iris.base}${iri}?at=${event.seq - 1}`;
  throw new Refusal(
    410,
    'This was deleted',
    `Event ${event.seq} deleted it, at ${event.time}. As it was before: ${lastState}`,
    { link: `${linksOf(iri, sink)}, <${lastState}>; rel="predecessor-version"` },
  );
}
