import { kindName, type SinkEvent } from '@hearth/domain';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { kindNamed } from './address.ts';
import { callerOf } from './caller.ts';
import { sendEntity } from './entity.ts';
import { frameOf } from './frame.ts';
import { countKinds } from './kind-counts.ts';
import { negotiate } from './negotiate.ts';
import { readNewest, seesOf } from './reading.ts';
import { notAcceptable, nothingHere } from './refusal.ts';
import type { SinkWithStates } from './states.ts';
import { isVisible, type Visible } from './visible.ts';

const offered = ['text/html'] as const;

/** Events on the first page. */
const LATEST = 10;

/** The first page, and the resources of a kind: for people. Machines ask the graph. */
export function listRoutes(server: FastifyInstance, sink: SinkWithStates): void {
  const { access, log, pages } = sink;
  server.get('/', async (request, reply) => {
    const asker = await callerOf(request, sink);
    refuseMachines(request);
    const [visible, sees] = await Promise.all([access.visible(asker), seesOf(sink, asker, undefined)]);
    const latest = await readNewest(sink, { before: log.head().seq + 1, limit: LATEST }, undefined, sees);
    const states = await visibleStates(sink, visible);
    const body = () => pages.home(frameOf(request, sink, 'home'), { kinds: countKinds(states), latest });
    return sendEntity(request, reply, { type: 'text/html', body });
  });
  server.get('/:namespace/:kind/', async (request: ByKind, reply) => {
    const asker = await callerOf(request, sink);
    refuseMachines(request);
    const { namespace, kind } = request.params;
    if (kindNamed(kind) === undefined) throw nothingHere();
    const states = await visibleStates(sink, await access.visible(asker));
    const resources = states.filter(({ resource }) => isAt(resource, namespace, kind));
    const [first] = resources;
    if (first === undefined) throw nothingHere();
    const view = { kind: first.resource, ...(namespace !== '-' && { namespace }), resources };
    return sendEntity(request, reply, {
      type: 'text/html',
      body: () => pages.list(frameOf(request, sink), view),
    });
  });
}

type ByKind = FastifyRequest<{ Params: { readonly namespace: string; readonly kind: string } }>;

function refuseMachines({ headers: { accept } }: FastifyRequest): void {
  if (negotiate(accept, offered) === undefined) throw notAcceptable(offered);
}

/** `-` is for what is in no namespace, and for all namespaces together. */
const isAt = (resource: SinkEvent['resource'], namespace: string, kind: string): boolean =>
  kindName(resource) === kind && (namespace === '-' || resource.namespace === namespace);

async function visibleStates({ states }: SinkWithStates, visible: Visible): Promise<readonly SinkEvent[]> {
  if (visible.length === 0) return [];
  return [...(await states())].flatMap(([iri, event]) => (isVisible(visible, iri) ? [event] : []));
}
