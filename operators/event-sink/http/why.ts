import type { WhyAnswer } from '@hearth/domain';
import type { FastifyInstance } from 'fastify';
import { addressIn } from './address.ts';
import { callerOf } from './caller.ts';
import { sendEntity } from './entity.ts';
import { negotiate } from './negotiate.ts';
import { ofOf } from './numbers.ts';
import { queryOf } from './query.ts';
import { badRequest, notAcceptable, nothingHere } from './refusal.ts';
import type { Asker } from './sink.ts';
import type { SinkWithStates } from './states.ts';
import { andThis } from './visible.ts';

const offered = ['application/json'] as const;

/** Why a resource is not ready: `?of=IRI`. */
export function whyRoutes(server: FastifyInstance, sink: SinkWithStates): void {
  server.get('/-/why', async (request, reply) => {
    const asker = await callerOf(request, sink);
    if (negotiate(request.headers.accept, offered) === undefined) throw notAcceptable(offered);
    const of = ofOf(queryOf(request));
    const address = of === undefined ? undefined : addressIn(of);
    if (of === undefined || address === undefined)
      throw badRequest('“of” must say of which resource, NAMESPACE/PLURAL.GROUP/NAME.');
    // First, and alone: how long the rest takes would tell how the resource is.
    if (!(await sink.access.mayGet(asker, address))) throw nothingHere();
    const answer = await whyOf(sink, asker, of);
    if (answer === undefined) throw nothingHere();
    return sendEntity(request, reply, { type: 'application/json', body: () => JSON.stringify(answer) });
  });
}

/** Why a resource, which somebody may get, is as it is: told by what they may see. */
async function whyOf(
  { access, states, why, clock }: SinkWithStates,
  asker: Asker,
  iri: string,
): Promise<WhyAnswer | undefined> {
  const visible = andThis(await access.visible(asker), iri);
  return why(iri, { states: await states(), visible, now: clock.now() });
}
