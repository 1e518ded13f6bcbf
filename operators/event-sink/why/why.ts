import { relativeIri, type SinkEvent, type WhyAnswer, type WhyStep } from '@hearth/domain';
import { causesAmong, pathTo } from './causes.ts';
import { explore, type Found, kindOf } from './explore.ts';
import { needsAmong } from './outward.ts';
import { answerSentence, stepSentence } from './sentence.ts';

/** What is known, and to whom it is told when. */
export interface WhyInput {
  /** The last events of all living resources, by relative IRI. */
  readonly states: ReadonlyMap<string, SinkEvent>;
  /** What the asker may see, as `GraphQuery.allowed` has it. */
  readonly visible: 'all' | readonly string[];
  readonly now: Date;
}

/**
 * Why a resource, by its relative IRI, is as it is: the way from it to what holds it back, as far as the states say so.
 * Undefined where it is not there, or is not the asker’s to see. What they may not see is a step without a name.
 */
export function why(about: string, { states, visible, now }: WhyInput): WhyAnswer | undefined {
  const isVisible = seenBy(visible);
  const asked = states.get(about);
  if (asked === undefined || !isVisible(about)) return undefined;
  const { found, truncated } = explore(asked.resource, {
    states,
    needs: needsAmong(states, isVisible),
    isVisible,
  });
  const causes = causesAmong(found);
  const kept = [...new Set([0, ...causes.flatMap((cause) => pathTo(cause, found))])].sort((a, b) => a - b);
  return {
    of: about,
    seq: lastOf(states.values()),
    state: found[0]?.judgement.state ?? 'unknown',
    sentence: `${answerSentence(found, causes, now)}${truncated ? ' There is more than was looked at.' : ''}`,
    steps: kept.flatMap((place) => stepAt(found[place], kept, now)),
    causes: causes.map((cause) => kept.indexOf(cause)),
    truncated,
  };
}

function lastOf(states: Iterable<SinkEvent>): number {
  let last = 0;
  for (const { seq } of states) last = Math.max(last, seq);
  return last;
}

function stepAt(found: Found | undefined, kept: readonly number[], now: Date): WhyStep[] {
  if (found === undefined) return [];
  const { named, event, judgement, from } = found;
  const { namespace, name } = named;
  return [
    {
      ...(judgement.state !== 'hidden' && {
        resource: {
          iri: relativeIri(named),
          kind: event?.resource.kind ?? kindOf(named) ?? named.plural,
          ...(namespace !== undefined && { namespace }),
          name,
        },
      }),
      ...(from !== undefined && { from: { step: kept.indexOf(from.step), by: from.by } }),
      state: judgement.state,
      ...('condition' in judgement &&
        judgement.condition !== undefined && { condition: judgement.condition }),
      ...(event !== undefined && { changed: { seq: event.seq, time: event.time, actor: event.actor } }),
      sentence: stepSentence(found, now),
    },
  ];
}

/** Whether an IRI is among what may be seen: itself, or what it is below. */
export function seenBy(visible: WhyInput['visible']): (iri: string) => boolean {
  if (visible === 'all') return () => true;
  const places = new Set(visible);
  return (iri) => places.has(iri) || places.has(iri.slice(0, iri.lastIndexOf('/') + 1));
}
