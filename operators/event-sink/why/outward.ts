import { type EventResource, relativeIri, type SinkEvent, type WhyStep } from '@hearth/domain';
import { type Edge, edgesOf, type Named } from '../graph/edges.ts';
import type { Fields } from '../graph/fields.ts';
import { fieldsAt, itemsAt } from './stated.ts';

/** How a resource hangs on another: by one of the edges that hold back the resource that they leave from. */
export type By = NonNullable<WhyStep['from']>['by'];

/** A resource on which another hangs. */
interface Need {
  readonly by: By;
  readonly on: Named;
}

/**
 * In which order what a resource hangs on is looked at: first what was made for it, so that of several ways to a cause
 * the one that people know is told.
 */
const ORDER: readonly By[] = ['binds', 'owns', 'dependsOn', 'runsOn'];

/** What a resource hangs on. */
export type Needs = (on: Named) => readonly Need[];

/**
 * Finds what a resource hangs on among these: some of it is said by itself, and by which others it has made, these say.
 * Those that name an owner are looked through once, when somebody first asks. What the asker may not see says nothing:
 * how many there are is not told either.
 */
export function needsAmong(
  states: ReadonlyMap<string, SinkEvent>,
  isVisible: (iri: string) => boolean,
): Needs {
  let owned: ReadonlyMap<string, readonly SinkEvent[]> | undefined;
  return (named) => {
    owned ??= byOwnersName(states.values());
    const iri = relativeIri(named);
    const itself = states.get(iri);
    const speakers = [...(itself === undefined ? [] : [itself]), ...(owned.get(named.name) ?? [])].filter(
      ({ resource }) => isVisible(relativeIri(resource)),
    );
    const needs = speakers.flatMap(({ resource, object = {} }) =>
      statedEdges(resource, object).flatMap((edge) =>
        relativeIri(edge.from) === iri ? (needIn(edge, resource) ?? []) : [],
      ),
    );
    return needs.sort((a, b) => ORDER.indexOf(a.by) - ORDER.indexOf(b.by));
  };
}

/** What has been made by others, by the names of these, and by those of the Deployments behind ReplicaSets. */
function byOwnersName(states: Iterable<SinkEvent>): ReadonlyMap<string, readonly SinkEvent[]> {
  const owned = new Map<string, SinkEvent[]>();
  for (const event of states) {
    const { resource, object = {} } = event;
    const owners = itemsAt(fieldsAt(object, 'metadata'), 'ownerReferences').map(({ name }) => String(name));
    const deployments = deploymentEdges(resource, object).map(({ from }) => from.name);
    for (const name of new Set([...owners, ...deployments])) {
      const known = owned.get(name);
      if (known === undefined) owned.set(name, [event]);
      else known.push(event);
    }
  }
  return owned;
}

/** How a resource belongs to others, as it says itself and as its name does. */
export const statedEdges = (resource: EventResource, object: Fields): Edge[] => [
  ...edgesOf(resource, object),
  ...deploymentEdges(resource, object),
];

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
