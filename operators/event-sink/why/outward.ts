import { type EventResource, relativeIri, type SinkEvent, type WhyStep } from '@hearth/domain';
import { type Edge, edgesOf, type Named } from '../graph/edges.ts';
import type { Fields } from '../graph/fields.ts';
import { fieldsAt, itemsAt } from './stated.ts';

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
  for (const { resource, object = {} } of states) {
    for (const edge of [...edgesOf(resource, object), ...deploymentEdges(resource, object)]) {
      const need = needIn(edge, resource);
      if (need !== undefined) noted(needs, relativeIri(edge.from)).push(need);
    }
  }
  for (const list of needs.values()) list.sort((a, b) => ORDER.indexOf(a.by) - ORDER.indexOf(b.by));
  return needs;
}

function noted(needs: Map<string, Need[]>, iri: string): Need[] {
  const known = needs.get(iri) ?? [];
  needs.set(iri, known);
  return known;
}

/**
 * The Deployment of a pod. Between the two is a ReplicaSet, which is not recorded: it is called like its Deployment and
 * the hash of its pods’ template.
 */
function deploymentEdges(pod: EventResource, object: Fields): Edge[] {
  if (pod.kind !== 'Pod' || pod.group !== '') return [];
  const metadata = fieldsAt(object, 'metadata');
  const suffix = `-${String(fieldsAt(metadata, 'labels')['pod-template-hash'])}`;
  return itemsAt(metadata, 'ownerReferences').flatMap(({ kind, name }) => {
    if (kind !== 'ReplicaSet' || typeof name !== 'string' || !name.endsWith(suffix)) return [];
    const deployment = { group: 'apps', plural: 'deployments', name: name.slice(0, -suffix.length) };
    return [{ from: { ...deployment, namespace: pod.namespace }, edge: 'owns' as const, to: pod }];
  });
}

/**
 * What holds the resource back from which an edge leaves. A Plan is what its App intends, and tells only how far that
 * App is: it is never why the App isn’t ready.
 */
function needIn({ edge, to }: Edge, { kind }: SinkEvent['resource']): Need | undefined {
  if (edge === 'provides' || edge === 'memberOf') return undefined;
  return edge === 'owns' && kind === 'Plan' ? undefined : { by: edge, on: to };
}
