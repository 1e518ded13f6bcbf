import type { PlanSpec, PlanStep } from '../schema/plan.ts';
import { listOf, refKey } from './ref.ts';

/** A plan as text for a terminal: its steps in order, each with its reason and what it touches. */
export function formatPlan(plan: PlanSpec): string {
  const steps = plan.levels.flatMap((level) => level.steps);
  const lines = steps.flatMap((step, index) => [
    `${`${index + 1}.`.padStart(4)} ${titleOf(step)}`,
    ...detailsOf(step).map((line) => `       ${line}`),
  ]);
  return [`Plan ${plan.hash} for ${plan.app}`, ...lines, ''].join('\n');
}

function titleOf(step: PlanStep): string {
  const what = [step.definition, step.version].filter((part) => part !== undefined).join(' ');
  const app = what === '' ? refKey(step.app) : `${refKey(step.app)} (${what})`;
  const provider = step.provider === undefined ? '' : ` to ${refKey(step.provider)}`;
  switch (step.action) {
    case 'Bind':
    case 'Rewire':
      return `${step.action} ${step.slot ?? ''} (${step.kind ?? ''})${provider}`;
    case 'Offer':
      return `Offer ${step.slot ?? ''}`;
    default:
      return `${step.action} ${app}`;
  }
}

function detailsOf(step: PlanStep): readonly string[] {
  const asked = [
    step.requests?.cpu === undefined ? [] : [`${step.requests.cpu} CPU`],
    step.requests?.memory === undefined ? [] : [`${step.requests.memory} of memory`],
  ].flat();
  return [
    ['Why', step.reason],
    ['Dedicated', step.dedicated],
    ['Restarts', step.restarts && listOf(step.restarts.map(refKey))],
    ['Data', step.data],
    ['Asks for', asked.length === 0 ? undefined : listOf(asked)],
    ['Could run on', step.nodes && (listOf(step.nodes) || 'no machine')],
    ['Fits', step.fits],
  ].flatMap(([name, text]) => (text === undefined ? [] : [`${name}: ${text}`]));
}
