import type { EventResource } from '@hearth/domain';
import type { Key, Resource } from '@hearth/runtime';
import type { Asked } from '../admission/asked.ts';
import type { NewEvent } from '../log/event-log.ts';
import { actorOf, lastNoted, type ManagedFields, nobody } from './actor.ts';
import { diff } from './patch.ts';
import type { Fields, Redact } from './redact.ts';

/** Where the API serves a kind. */
export type KindAddress = Pick<EventResource, 'group' | 'version' | 'kind' | 'plural'>;

/** What is remembered of an object: as little as tells the next change. */
export interface State {
  readonly uid: string;
  readonly resourceVersion: string;
  /** The object as it was recorded, in JSON. */
  readonly text: string;
  /** When a field manager was last noted; a log doesn't say. */
  readonly noted?: string;
}

/** An object as the API server sends it. */
export interface Received extends Resource {
  readonly metadata: Resource['metadata'] & { readonly managedFields?: readonly ManagedFields[] };
}

/** A change, and the state after it. */
interface Recorded {
  readonly event: NewEvent;
  readonly state: State;
}

/** Where nobody listens to who asks. */
const nobodyAsked: Asked = { whoChanged: () => undefined, whoDeleted: () => undefined };

/** Turns the changes of one kind into events. */
export interface Recorder {
  /** That an object is as it is now; `before` is the last state of an object of the same uid. */
  changed(object: Received, before: State | undefined, inferred: boolean): Recorded;
  /** That an object has ended, as the API server says. */
  deleted(object: Received): NewEvent;
  /** That an object has ended of which only the last state is known, at this version at the latest. */
  missing(key: Key, before: State, resourceVersion: string): NewEvent;
  /** That changes up to this version may be missing. */
  gap(resourceVersion: string): NewEvent;
}

/**
 * Records one kind. What `redact` takes away is in no event. Whose request a change comes of, `asked` may know; where it
 * doesn't, it is whoever the object itself says.
 * @throws where the kind is Secrets: no state of one is ever recorded.
 */
export function createRecorder(
  { group, version, kind, plural }: KindAddress,
  redact: Redact,
  asked: Asked = nobodyAsked,
): Recorder {
  if (group === '' && plural === 'secrets') throw new Error('Secrets are not recorded');
  const address = { group, version, kind, plural };
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const resourceOf = ({ metadata: { namespace, name, uid = '' } }: Received): EventResource =>
    namespace === undefined ? { ...address, name, uid } : { ...address, namespace, name, uid };
  // What a list brings doesn't say what it is.
  const stateOf = ({ metadata, ...rest }: Received): Fields =>
    redact({ ...rest, apiVersion, kind, metadata });

  return {
    changed(object, before, inferred) {
      const { resourceVersion = '', generation, uid = '', managedFields = [] } = object.metadata;
      const after = stateOf(object);
      const patch = before && diff(JSON.parse(before.text), after);
      const marked =
        patch?.some(({ op, path }) => op === 'add' && path === '/metadata/deletionTimestamp') ?? false;
      const event: NewEvent = {
        type: before ? 'modified' : 'added',
        resource: resourceOf(object),
        resourceVersion,
        ...(generation === undefined ? {} : { generation }),
        inferred,
        actor:
          (inferred ? undefined : asked.whoChanged({ object, before: before?.resourceVersion, marked })) ??
          actorOf(managedFields, { patch, noted: before?.noted }),
        ...(patch ? { patch } : {}),
        object: after,
      };
      const noted = lastNoted(managedFields);
      return { event, state: { uid, resourceVersion, text: JSON.stringify(after), noted } };
    },
    deleted(object) {
      const { resourceVersion = '', generation } = object.metadata;
      return {
        type: 'deleted',
        resource: resourceOf(object),
        resourceVersion,
        ...(generation === undefined ? {} : { generation }),
        inferred: false,
        actor: asked.whoDeleted(resourceOf(object).uid) ?? nobody,
        object: stateOf(object),
      };
    },
    missing: ({ namespace, name }, { uid, text }, resourceVersion) => ({
      type: 'deleted',
      resource: namespace === undefined ? { ...address, name, uid } : { ...address, namespace, name, uid },
      resourceVersion,
      inferred: true,
      actor: nobody,
      object: JSON.parse(text),
    }),
    gap: (resourceVersion) => ({
      type: 'gap',
      resource: { ...address, name: '', uid: '' },
      resourceVersion,
      inferred: false,
      actor: nobody,
    }),
  };
}
