import { compareVersions, keyOf, keyText, parseKey } from '@hearth/runtime';
import type { NewEvent } from '../log/event-log.ts';
import type { Received, Recorder, State } from '../record/record.ts';

/** What is to be recorded together, and where the watch goes on after it. */
export interface Step {
  readonly events: readonly NewEvent[];
  /** Empty: with a list, since one has begun and is not whole. */
  readonly resourceVersion: string;
  /** The bytes that it takes in memory, about. */
  readonly weight: number;
}

/** Compares what comes of one kind with what came before. Undefined: it is nothing new. */
export interface Changes {
  /** A list begins; one that did not come to its end is forgotten. */
  listing(): void;
  page(objects: readonly Received[], resourceVersion: string): Step;
  listed(resourceVersion: string): Step;
  put(object: Received): Step | undefined;
  remove(object: Received): Step | undefined;
  /** How many objects there are. */
  size(): number;
}

/** What the comparison needs. */
export interface ChangesOptions {
  readonly recorder: Recorder;
  /** The last states, by key; they are kept up to date. */
  readonly states: Map<string, State>;
  /** The kind was watched before: what a list brings comes after a gap. */
  readonly known: boolean;
  /** Writes by which nothing changed of what is recorded are no events. */
  readonly quiet: boolean;
}

/**
 * Finds the changes. What a watch brings for a second time, or late, is none. What a list brings is compared with the
 * last states: it tells what changed in between, but not how often, nor by what way; so a gap is recorded before it.
 */
export function createChanges({ recorder, states, known, quiet }: ChangesOptions): Changes {
  let seen = new Set<string>();
  let watchedBefore = known;
  /** The version of the list that is being read. */
  let listed = '';

  /** The events by which an object came to be as it is now; none where nothing differs that is recorded. */
  function eventsTo(key: string, object: Received, inferred: boolean): readonly NewEvent[] {
    const last = states.get(key);
    const before = last?.uid === object.metadata.uid ? last : undefined;
    const { event, state } = recorder.changed(object, before, inferred);
    states.set(key, state);
    const isSame = event.patch?.length === 0 && (quiet || before?.resourceVersion === state.resourceVersion);
    if (isSame) return [];
    // Another object of the name: the one before must have ended.
    return last && !before ? [recorder.missing(parseKey(key), last, state.resourceVersion), event] : [event];
  }

  return {
    listing() {
      seen = new Set();
    },
    page(objects, resourceVersion) {
      const gap = watchedBefore && listed !== resourceVersion ? [recorder.gap(resourceVersion)] : [];
      listed = resourceVersion;
      watchedBefore = true;
      const keys = objects.map((object) => keyText(keyOf(object)));
      const events = objects.flatMap((object, index) => eventsTo(keys[index] ?? '', object, true));
      for (const key of keys) seen.add(key);
      return { events: [...gap, ...events], resourceVersion: '', weight: weightOf(keys, states) };
    },
    listed(resourceVersion) {
      const gone = [...states].filter(([key]) => !seen.has(key));
      const weight = weightOf(
        gone.map(([key]) => key),
        states,
      );
      for (const [key] of gone) states.delete(key);
      seen = new Set();
      listed = '';
      const events = gone.map(([key, state]) => recorder.missing(parseKey(key), state, resourceVersion));
      return { events, resourceVersion, weight };
    },
    put(object) {
      const key = keyText(keyOf(object));
      if (!isNews(object, states.get(key))) return undefined;
      return stepTo(object, eventsTo(key, object, false), states.get(key));
    },
    remove(object) {
      const key = keyText(keyOf(object));
      const last = states.get(key);
      if (last?.uid !== object.metadata.uid || !isNews(object, last)) return undefined;
      states.delete(key);
      return stepTo(object, [recorder.deleted(object)], last);
    },
    size: () => states.size,
  };
}

/** Whether an object is later than the last state of its name. Versions that can't be compared are, if they differ. */
function isNews({ metadata: { resourceVersion } }: Received, last: State | undefined): boolean {
  if (last === undefined) return true;
  const order = compareVersions(resourceVersion, last.resourceVersion);
  return order === undefined ? resourceVersion !== last.resourceVersion : order > 0;
}

const stepTo = (object: Received, events: readonly NewEvent[], state: State | undefined): Step => ({
  events,
  resourceVersion: object.metadata.resourceVersion ?? '',
  weight: state?.text.length ?? 0,
});

const weightOf = (keys: readonly string[], states: ReadonlyMap<string, State>): number =>
  keys.reduce((sum, key) => sum + (states.get(key)?.text.length ?? 0), 0);
