import type { SinkEvent } from '@hearth/domain';
import { activityQuads } from '../graph/activity.ts';
import { literal } from '../graph/literal.ts';
import { iri, type Term, type Triple } from '../graph/quad.ts';
import type { Iris } from '../vocabulary/iris.ts';
import { PROV, RDF } from '../vocabulary/namespaces.ts';

/** Linked Data Event Streams (SEMIC). */
const LDES = 'https://w3id.org/ldes#';
/** The TREE hypermedia specification. */
const TREE = 'https://w3id.org/tree#';
const DCT_IS_VERSION_OF = 'http://purl.org/dc/terms/isVersionOf';

/** The events numbered from `after` + 1 to `after` + `limit`, as far as they can be seen. */
export interface LdesPage {
  readonly after: number;
  readonly limit: number;
  readonly of: string | undefined;
  readonly members: readonly SinkEvent[];
  /** All its events have happened: another page follows. */
  readonly isFull: boolean;
}

/** Where a page is. */
export function pageIri({ after, limit, of }: Pick<LdesPage, 'after' | 'limit' | 'of'>, iris: Iris): string {
  const query = new URLSearchParams({
    after: `${after}`,
    limit: `${limit}`,
    ...(of !== undefined && { of }),
  });
  return `${iris.events}?${query}`;
}

/** What a page says: which events are on it, which stream they are of, and where it goes on. */
export function ldesTriples(page: LdesPage, iris: Iris): readonly Triple[] {
  const { members, isFull, of } = page;
  const self = pageIri(page, iris);
  const stream = of === undefined ? iris.events : `${iris.events}?${new URLSearchParams({ of })}`;
  const first = pageIri({ ...page, after: 0 }, iris);
  return [
    said(self, `${RDF}type`, iri(`${TREE}Node`)),
    said(stream, `${RDF}type`, iri(`${LDES}EventStream`)),
    said(stream, `${LDES}timestampPath`, iri(`${PROV}endedAtTime`)),
    said(stream, `${LDES}versionOfPath`, iri(DCT_IS_VERSION_OF)),
    said(stream, `${TREE}view`, iri(first)),
    ...(isFull ? relation(self, page, iris) : []),
    ...members.flatMap((event) => [
      said(stream, `${TREE}member`, iri(iris.event(event.seq))),
      ...eventTriples(event, iris),
    ]),
  ];
}

const said = (subject: string, predicate: string, object: Term): Triple => ({ subject, predicate, object });

/** The next page has those whose numbers are greater than this one's. */
function relation(self: string, { after, limit, of }: LdesPage, iris: Iris): readonly Triple[] {
  const next = `${self}#next`;
  return [
    said(self, `${TREE}relation`, iri(next)),
    said(next, `${RDF}type`, iri(`${TREE}GreaterThanRelation`)),
    said(next, `${TREE}path`, iri(iris.term('seq'))),
    said(next, `${TREE}value`, literal(after + limit)),
    said(next, `${TREE}node`, iri(pageIri({ after: after + limit, limit, of }, iris))),
  ];
}

/** What is said of an event: the change, and where the state is that it led to. */
export function eventTriples(event: SinkEvent, iris: Iris): readonly Triple[] {
  const change = activityQuads(event, iris).map(({ graph: _, ...triple }) => triple);
  if (event.type === 'gap') return change;
  const resource = iris.resource(event.resource);
  const versionOf = said(iris.event(event.seq), DCT_IS_VERSION_OF, iri(resource));
  if (event.type === 'deleted') return [...change, versionOf];
  const state = iri(`${resource}?at=${event.seq}`);
  return [...change, versionOf, said(iris.event(event.seq), `${PROV}generated`, state)];
}
