import type { NixOSConfiguration } from '@hearth/domain';
import type { ConditionIntent, Immutable } from '@hearth/runtime';
import { withRefusals } from './carry-out.ts';
import type { Decision } from './decide.ts';
import type { Pin } from './resolve.ts';
import type { Progress } from './standing.ts';

/** As many machines as a status tells of. */
const MOST = 1000;

/** As many characters of what a machine says; the Machine has it all. A thousand of them have to fit into one object. */
const MOST_WORDS = 200;

/** The status of a configuration; null removes a field. */
export function statusOf(
  pin: Pin,
  decision: Decision & { readonly refused: readonly Progress[] },
  message: string,
): object {
  const { phase, done, total } = decision.rollout;
  const machines = progressOf(withRefusals(everyone(decision), decision.refused));
  return {
    ...pin.status,
    revision: pin.revision ?? null,
    narHash: decision.content.narHash ?? null,
    rollout: { phase, done, total, message: message.slice(0, 1024) },
    machines: machines.length > 0 ? machines : null,
    quarantine: decision.quarantine.length > 0 ? decision.quarantine : null,
  };
}

/** Those that it is about, and those that go. */
const everyone = ({ standings, others }: Decision): readonly Progress[] => [
  ...standings.map(({ progress }) => progress),
  ...others,
];

/** What a status says of machines: as many, and as much, as it holds. */
export function progressOf(machines: readonly Progress[]): readonly Progress[] {
  return machines
    .slice(0, MOST)
    .map((each) => (each.message ? { ...each, message: each.message.slice(0, MOST_WORDS) } : each));
}

/** That the repository could be asked: what was found before holds meanwhile. */
export function flakeCondition(
  { trouble }: Pin,
  { spec }: Immutable<NixOSConfiguration>,
): readonly ConditionIntent[] {
  if (!spec.autoUpdate) return [];
  return [
    trouble
      ? { type: 'UpToDate', status: 'False', reason: trouble.reason, message: trouble.message }
      : { type: 'UpToDate', status: 'True', reason: 'Asked', message: '' },
  ];
}
