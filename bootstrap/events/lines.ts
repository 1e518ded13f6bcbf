import { relativeIri, type SinkEvent } from '@hearth/domain';
import { HOME_NAMESPACE } from '../install/home.ts';
import { patchWords } from './patch-words.ts';

/** Tells events to people; to be given them in order, because by those before it knows how things were. */
export interface Lines {
  /** `12  09:12:03  App rss  changed by ada: spec.version 2.1 → 2.2`; before it the day, where one begins. */
  tell(event: SinkEvent): readonly string[];
  /** Takes an event in that is not told. */
  learn(event: SinkEvent): void;
}

/** @param timeZone the person's own if not given. */
export function createLines(timeZone?: string): Lines {
  const dayOf = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', ...(timeZone ? { timeZone } : {}) });
  const timeOf = timeFormat(timeZone);
  const states = new Map<string, SinkEvent['object']>();
  let day = '';
  const learn = (event: SinkEvent) => {
    const iri = relativeIri(event.resource);
    if (event.type === 'deleted') states.delete(iri);
    else states.set(iri, event.object);
  };
  return {
    learn,
    tell(event) {
      const words = eventWords(event, states.get(relativeIri(event.resource)));
      learn(event);
      const today = dayOf.format(new Date(event.time));
      const heading = today === day ? [] : [today];
      day = today;
      return [...heading, `${event.seq}  ${timeOf(event.time)}  ${subjectOf(event.resource)}  ${words}`];
    },
  };
}

/** Tells times as people read them: `09:12:03`. */
export function timeFormat(timeZone?: string): (time: string) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeStyle: 'medium',
    ...(timeZone ? { timeZone } : {}),
  });
  return (time) => format.format(new Date(time));
}

/** The resource, by its namespace where that is not the one that is meant if none is named. */
function subjectOf({ kind, namespace, name }: SinkEvent['resource']): string {
  if (name === '') return kind;
  return namespace === undefined || namespace === HOME_NAMESPACE
    ? `${kind} ${name}`
    : `${kind} ${namespace}/${name}`;
}

function eventWords(event: SinkEvent, before: unknown): string {
  if (event.type === 'gap') return 'changes may be missing before this';
  const by = byWhom(event.actor);
  const found = event.inferred ? ' (found later)' : '';
  switch (event.type) {
    case 'added':
      return `made${by}${found}`;
    case 'deleted':
      return `deleted${by}${found}`;
    default: {
      const words = patchWords(event.patch ?? [], event.object, before);
      return `changed${by}${found}${words.length === 0 ? '' : `: ${words.join(', ')}`}`;
    }
  }
}

/** Who it was. The API server knows users; a field manager is what a program says that it is. */
function byWhom({ name, confidence }: SinkEvent['actor']): string {
  if (confidence === 'none' || name === '') return '';
  return confidence === 'field-manager' ? ` by ${name} (as it calls itself)` : ` by ${name}`;
}
