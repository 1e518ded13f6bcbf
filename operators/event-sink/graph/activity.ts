import type { SinkEvent } from '@hearth/domain';
import type { Iris } from '../vocabulary/iris.ts';
import { PROV, RDF } from '../vocabulary/namespaces.ts';
import type { TermName } from '../vocabulary/terms.ts';
import { dateTime, literal } from './literal.ts';
import { inGraph, iri, type Quad, type Term } from './quad.ts';

/** Where what is said of an event stands: with the resource, so that who may see the one sees the other. */
export const graphOf = ({ type, resource }: SinkEvent, iris: Iris): string =>
  type === 'gap' ? iris.events : iris.resource(resource);

/**
 * Who changed a resource, when and how (PROV-O): an activity that generated the state after it, or that ended the
 * resource. All of it is said of the activity alone, so that it can be taken away alone.
 */
export function activityQuads(event: SinkEvent, iris: Iris): Quad[] {
  const activity = iris.event(event.seq);
  const { actor, resource } = event;
  const said = (predicate: string, object: Term) => ({ subject: activity, predicate, object });
  const own = (name: TermName, value: string | number | boolean) => said(iris.term(name), literal(value));
  return inGraph(graphOf(event, iris), [
    said(`${RDF}type`, iri(`${PROV}Activity`)),
    said(`${RDF}type`, iri(iris.term('Change'))),
    own('seq', event.seq),
    own('change', event.type),
    said(`${PROV}endedAtTime`, dateTime(event.time)),
    ...(event.type === 'gap'
      ? [said(iris.term('ofKind'), iri(iris.kind(resource)))]
      : [
          said(PROV + (event.type === 'deleted' ? 'invalidated' : 'generated'), iri(iris.resource(resource))),
        ]),
    ...(event.resourceVersion === '' ? [] : [own('resourceVersion', event.resourceVersion)]),
    ...(event.inferred ? [own('inferred', true)] : []),
    own('confidence', actor.confidence),
    ...(actor.name === ''
      ? []
      : [own('actor', actor.name), said(`${PROV}wasAssociatedWith`, iri(iris.actor(actor.name)))]),
    ...(actor.operation === undefined ? [] : [own('operation', actor.operation)]),
  ]);
}
