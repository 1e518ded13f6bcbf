import type { SinkEvent } from '@hearth/domain';
import { isOfSuite } from '../vocabulary/iris.ts';
import { pathTo } from './causes.ts';
import { type Found, kindOf } from './explore.ts';
import { clock } from './time.ts';
import { called, ended, noun } from './words.ts';

/** So many causes are told in a sentence; the steps have them all. */
const MOST_CAUSES = 3;

/** The whole answer in a sentence, for who asked about the first of what was found. */
export function answerSentence(found: readonly Found[], causes: readonly number[], now: Date): string {
  const [first] = found;
  if (first === undefined) return '';
  const subject = subjectOf(first);
  const { phrase, detail, since } = said(first);
  if (first.judgement.state === 'ready') {
    const state = `${subject} ${phrase}${since === undefined ? '' : ` since ${clock(since, now)}`}`;
    return detail === undefined ? `${state}.` : ended(`${state}; but: ${detail}`);
  }
  const because = causes.filter((place) => place !== 0).slice(0, MOST_CAUSES);
  if (because.length === 0) return ended(`${subject} ${phrase}${detail === undefined ? '' : `: ${detail}`}`);
  const reasons = because.map((place) => reason(pathTo(place, found), found));
  const more = causes.length - because.length;
  const rest = more > 0 ? ` There ${more === 1 ? 'is one more cause' : `are ${more} more causes`}.` : '';
  return `${ended(`${subject} ${phrase} ${reasons.join('; and ')}`, 1200)}${rest}`;
}

/** `because its database rss-db is not ready, because … : what the last says itself`. */
function reason(path: readonly number[], found: readonly Found[]): string {
  const steps = path.slice(1).flatMap((place) => found[place] ?? []);
  const told = steps.filter((step, index) => !isBetween(step, steps[index + 1]));
  const home = found[0]?.named.namespace;
  const clauses = shortened(told.map((step) => `because ${whose(step, home)} ${said(step).phrase}`));
  const last = told.at(-1);
  const detail = last && said(last).detail;
  return `${clauses.join(', ')}${detail === undefined ? '' : `: ${ended(detail).replace(/\.$/, '')}`}`;
}

/** Of a long way, its beginning and its end: the steps have the rest. */
const shortened = (clauses: readonly string[]): readonly string[] =>
  clauses.length <= 4 ? clauses : [...clauses.slice(0, 2), `and in the end ${clauses.at(-1)}`];

/** A Deployment or a ReplicaSet isn’t ready because a pod isn’t: nobody asks for what is between an app and its pods. */
const isBetween = ({ named }: Found, next: Found | undefined): boolean =>
  !isOfSuite(named.group) && next?.from?.by === 'owns';

function whose(step: Found, home: string | undefined): string {
  if (step.judgement.state === 'hidden') return 'something on which it depends';
  const name = `${noun(kindIn(step))} ${called(step.named, home)}`;
  switch (step.from?.by) {
    case 'runsOn':
      return `the ${name}, on which it runs,`;
    case 'dependsOn':
      return `the ${name}, on which it depends,`;
    default:
      return `its ${name}`;
  }
}

/** One step in words: what it is, how it is and since when, what it says itself, and who changed it last. */
export function stepSentence(step: Found, now: Date): string {
  if (step.judgement.state === 'hidden')
    return 'Something on which the one before depends, and that you may not see.';
  const { phrase, detail, since } = said(step);
  const kind = noun(kindIn(step));
  const subject = `${kind.charAt(0).toUpperCase()}${kind.slice(1)} ${called(step.named, undefined)}`;
  const state = `${subject} ${phrase}${since === undefined ? '' : ` since ${clock(since, now)}`}`;
  const sentence = ended(detail === undefined ? state : `${state}: ${detail}`, 600);
  return step.event === undefined ? sentence : `${sentence} ${lastChange(step.event, now)}`;
}

function lastChange({ seq, time, actor, inferred }: SinkEvent, now: Date): string {
  const by = actor.name === '' ? '' : ` by ${actor.name}`;
  const seen = inferred ? ', as found out afterwards' : '';
  return `Last changed${by} at ${clock(time, now)} (event ${seq})${seen}.`;
}

const subjectOf = ({ named }: Found): string => called(named, named.namespace);

const said = ({
  judgement,
}: Found): { phrase: string; detail?: string | undefined; since?: string | undefined } => judgement;

/** What is not there has no event that would say its kind. */
const kindIn = ({ event, named }: Found): string => event?.resource.kind ?? kindOf(named) ?? named.plural;
