import { type EventResource, relativeIri } from '@hearth/domain';

/**
 * The IRIs of a home: each is where it is served, but for those that only name who made a change. Resources lie at
 * `{namespace}/{plural}.{group}/{name}`, all else below `-/`, where no resource can be, because the second part of a
 * resource's path has a dot in it.
 */
export interface Iris {
  /** `https://hearth.home.arpa/`; ends with a slash. */
  readonly base: string;
  resource(resource: Pick<EventResource, 'group' | 'plural' | 'namespace' | 'name'>): string;
  /** The activity that an event records. */
  event(seq: number): string;
  /** The graph of what concerns no resource: gaps. */
  readonly events: string;
  /** Who made a change. */
  actor(name: string): string;
  /** The document that says what the terms mean. */
  readonly vocabulary: string;
  /** A property, or the class of a kind of the suite. */
  term(name: string): string;
  /** The class of a kind: `App`; of those that are not of the suite with their group, `Pod.core`. */
  kind(kind: Pick<EventResource, 'kind' | 'group'>): string;
}

/** Whether a kind of this group is one of the suite. */
export const isOfSuite = (group: string): boolean => group === 'hearth.dev' || group.endsWith('.hearth.dev');

/** The IRIs of the home whose address is `base`. */
export function irisAt(base: string): Iris {
  if (!base.endsWith('/')) throw new Error(`the base of IRIs must end with a slash: ${base}`);
  const vocabulary = `${base}-/vocabulary`;
  const events = `${base}-/events`;
  const term = (name: string) => `${vocabulary}#${name}`;
  return {
    base,
    resource: (resource) => base + relativeIri(resource),
    event: (seq) => `${events}/${seq}`,
    events,
    actor: (name) => `${base}-/actors/${encodeURIComponent(name)}`,
    vocabulary,
    term,
    kind: ({ kind, group }) => term(isOfSuite(group) ? kind : `${kind}.${group === '' ? 'core' : group}`),
  };
}
