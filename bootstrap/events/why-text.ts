import type { WhyAnswer, WhyStep } from '@hearth/domain';
import { timeFormat } from './lines.ts';

const MARKS = { ready: '✓', 'not-ready': '✗', unknown: '?', missing: '✗', hidden: '?' } as const;

/**
 * Tells why a resource is as it is: the sentence, and below it the way from the resource to what holds it back, each
 * step indented below the one that led to it, with its last change.
 */
export function whyText(answer: WhyAnswer, timeZone?: string): string {
  const timeOf = timeFormat(timeZone);
  const below = Map.groupBy(answer.steps.entries(), ([, { from }]) => from?.step ?? -1);
  const told = (step: number, depth: number): readonly string[] =>
    (below.get(step) ?? [])
      // A way that leads back would have no end.
      .filter(([index]) => index > step)
      .flatMap(([index, each]) => [stepLine(each, depth, timeOf), ...told(index, depth + 1)]);
  const path = answer.steps.length > 1 || answer.steps[0]?.changed ? ['', ...told(-1, 1)] : [];
  const cut = answer.truncated ? ['', 'There is more than is looked at for one answer.'] : [];
  return [answer.sentence, ...path, ...cut].join('\n');
}

function stepLine({ state, sentence, changed }: WhyStep, depth: number, timeOf: (time: string) => string) {
  const change = changed
    ? `  (event ${changed.seq}, ${timeOf(changed.time)}${changed.actor.name === '' ? '' : `, ${changed.actor.name}`})`
    : '';
  return `${'  '.repeat(depth)}${MARKS[state]} ${sentence}${change}`;
}
