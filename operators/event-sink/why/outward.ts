import { relativeIri, type SinkEvent, type WhyStep } from '@hearth/domain';
import { type Edge, edgesOf, type Named } from '../graph/edges.ts';

/** How a resource hangs on another: by one of the edges that hold back the resource that they leave from. */
export type By = NonNullable<WhyStep['from']>['by'];

/** A resource on which another hangs. */
export interface Need {
  readonly by: By;
  readonly on: Named;
}

/**
 * In which order what a resource hangs on is looked at: first what was made for it, so that of several ways to a cause
 * the one that people know is told.
 */
const ORDER: readonly By[] = ['binds', 'owns', 'dependsOn', 'runsOn'];

/** What each resource hangs on, by its relative IRI: some of it is said by itself, some by the other. */
export function needsOf(states: Iterable<SinkEvent>): ReadonlyMap<string, readonly Need[]> {
  const needs = new Map<string, Need[]>();
  for (const { resource, object } of states) {
    for (const edge of edgesOf(resource, object ?? {})) {
      const need = needIn(edge, resource);
      if (need === undefined) continue;
      const iri = relativeIri(edge.from);
      const known = needs.get(iri);
      if (known === undefined) needs.set(iri, [need]);
      else known.push(need);
    }
  }
  for (const list of needs.values()) list.sort((a, b) => ORDER.indexOf(a.by) - ORDER.indexOf(b.by));
  return needs;
}

/**
 * What holds the resource back from which an edge leaves. A Plan is what its App intends, and tells only how far that
 * App is: it is never why the App isn’t ready.
 */
function needIn({ edge, to }: Edge, { kind }: SinkEvent['resource']): Need | undefined {
  if (edge === 'provides' || edge === 'memberOf') return undefined;
  return edge === 'owns' && kind === 'Plan' ? undefined : { by: edge, on: to };
}
