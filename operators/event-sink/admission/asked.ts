import type { Clock } from '@hearth/runtime/clock';
import type { Actor } from '../record/actor.ts';
import { digestOf } from './digest.ts';
import { type Bounds, createMemory } from './memory.ts';
import type { AdmissionRequest, AdmittedObject } from './review.ts';

/** A change, as far as it tells by whose request it came about. */
export interface AskedChange {
  readonly object: { readonly metadata: { readonly uid?: string | undefined } };
  /** The version of the state before; undefined where the object is new. */
  readonly before: string | undefined;
  /** It is to be deleted from now on. */
  readonly marked: boolean;
}

/** Knows who has asked the API server for what, for a while. */
export interface Asked {
  /** Whose request came to this; undefined where nobody's is known, or more than one user asked for the same. */
  whoChanged(change: AskedChange): Actor | undefined;
  /** Who asked that an object of this uid be deleted. */
  whoDeleted(uid: string): Actor | undefined;
}

/** Remembers it. */
export interface Asking extends Asked {
  /** Somebody asks for this; whether it comes about is not known yet. */
  note(request: AdmissionRequest): void;
}

/** What is asked for shows within a second, or not at all. Only what has to be cleaned up is gone later than that. */
const WRITES: Bounds = { age: 5 * 60_000, most: 10_000 };
const DELETIONS: Bounds = { age: 60 * 60_000, most: 10_000 };

/** Of one state, the next one that was asked for, by its digest: by whom, or that there were several. */
type Wishes = Map<string, Actor | 'several'>;

/** More contend for one state only where something is very wrong. */
const MOST_WISHES = 32;

/**
 * Remembers requests in memory. A webhook hears of a request before it is carried out, and not whether it is: so
 * what it hears is taken for the cause of a change only where it can't have been another's. Something new has a uid that
 * no other request had. A state comes of a request that was based on the state before it and asked for just this: the
 * API server writes no other (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions), and refuses
 * whoever was second. An object is deleted, or marked for it, by the last that asked for it while it was not yet.
 */
export function createAsking(clock: Pick<Clock, 'monotonic'>): Asking {
  const creations = createMemory<Actor>(WRITES, clock);
  const updates = createMemory<Wishes>(WRITES, clock);
  const deletions = createMemory<Actor>(DELETIONS, clock);

  function noteUpdate(before: AdmittedObject, after: AdmittedObject, actor: Actor): void {
    const state = stateName(before.metadata.uid, before.metadata.resourceVersion);
    const wishes: Wishes = updates.get(state) ?? new Map();
    const digest = digestOf(after);
    const known = wishes.get(digest);
    if (known === undefined && wishes.size >= MOST_WISHES) return;
    wishes.set(digest, known === undefined || isSameActor(known, actor) ? actor : 'several');
    updates.set(state, wishes);
  }

  return {
    note({ operation, userInfo, object, oldObject, dryRun }) {
      if (dryRun === true || userInfo.username === '') return;
      const actor: Actor = { name: userInfo.username, confidence: 'admission', operation };
      if (operation === 'CREATE' && object?.metadata.uid) creations.set(object.metadata.uid, actor);
      if (operation === 'UPDATE' && object && oldObject) noteUpdate(oldObject, object, actor);
      // Whoever asks for what is on its way already brings nothing about.
      const { uid, deletionTimestamp } = oldObject?.metadata ?? {};
      if (operation === 'DELETE' && uid && !deletionTimestamp) deletions.set(uid, actor);
    },
    whoChanged({ object, before, marked }) {
      const { uid = '' } = object.metadata;
      if (before === undefined) return creations.get(uid);
      const wishes = updates.get(stateName(uid, before));
      const actor = wishes?.get(digestOf(object));
      if (actor !== undefined) return actor === 'several' ? undefined : actor;
      return marked ? deletions.get(uid) : undefined;
    },
    whoDeleted: (uid) => deletions.get(uid),
  };
}

const stateName = (uid = '', resourceVersion = ''): string => `${uid}@${resourceVersion}`;

const isSameActor = (known: Actor | 'several', { name }: Actor): boolean =>
  known !== 'several' && known.name === name;
