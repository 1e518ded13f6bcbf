import {
  isRemovable,
  mostRequiredBy,
  type Offer,
  type ProviderRef,
  type Resolved,
  type ResolvedBinding,
  requiredBy,
} from '@hearth/domain';
import type { ConditionIntent, OutcomeDetail } from '@hearth/runtime';
import { namespaceOf } from '../workload/input.ts';
import { type SlotState, troubleOf } from './integrations.ts';
import { bindingOf } from './rewiring.ts';
import type { Running } from './run.ts';
import type { Scene } from './scene.ts';

/** What an App's status says beside Ready. Without `running`, what it says of the running app stays. */
export function statusOf(
  scene: Scene,
  resolved: Resolved,
  slots: readonly SlotState[],
  plan: string,
  running?: Running,
): OutcomeDetail {
  const route = slots.find(({ binding }) => binding.slot.kind === 'Route');
  return {
    status: {
      plan,
      url: route?.data?.url ?? null,
      bindings: slots.map((slot) => bindingOf(scene.app, slot, running !== undefined)),
      offers: resolved.offers.map(({ slot, providers, message }) => ({ name: slot, providers, message })),
      requiredBy: consumersOf(scene),
      ...(running?.version ? { version: running.version } : {}),
      ...(running?.configured ? { configured: running.configured } : {}),
      ...(running?.secrets ? { secrets: running.secrets } : {}),
    },
    conditions: conditionsOf(scene, resolved, slots),
  };
}

/** The Apps that use this one, as many as a status may name. */
export const consumersOf = ({ app, installed }: Pick<Scene, 'app' | 'installed'>): readonly ProviderRef[] =>
  requiredBy({ namespace: namespaceOf(app), name: app.metadata.name }, installed).slice(0, mostRequiredBy);

/** The condition of an App that was installed for others and that nobody uses any more. */
export function unneeded({ app, installed }: Scene): ConditionIntent[] {
  const { namespace, name } = app.metadata;
  if (!isRemovable(app, installed)) return [];
  return [
    {
      type: 'Needed',
      status: 'False',
      reason: 'NobodyUsesIt',
      message: `It was installed for others and nobody uses it any more: \`kubectl delete app -n ${namespace} ${name}\` removes it.`,
    },
  ];
}

function conditionsOf(scene: Scene, { offers }: Resolved, slots: readonly SlotState[]): ConditionIntent[] {
  const missing = slots.filter(
    ({ binding, ready }) => binding.state === 'Bound' && !binding.slot.required && !ready,
  );
  return [
    ...complaintsOf(slots),
    ...(missing.length > 0
      ? [
          {
            type: 'Wired',
            status: 'False' as const,
            reason: 'OptionalSlotNotReady',
            message: missing.map((slot) => troubleOf(slot).message).join(' '),
          },
        ]
      : []),
    ...slots.flatMap(({ binding }) => waitingToMove(binding)),
    ...(offers.length > 0
      ? [
          {
            type: 'Offered',
            status: 'True' as const,
            reason: 'ProviderAvailable',
            message: offers.map(sentenceOf).join(' '),
          },
        ]
      : []),
    ...unneeded(scene),
  ];
}

/** That a slot stays with its provider for now, and what it waits for. */
const waitingToMove = ({ slot, awaits }: ResolvedBinding): ConditionIntent[] =>
  awaits === undefined
    ? []
    : [
        {
          type: 'Moved',
          status: 'False',
          reason: 'WaitsForItsTurn',
          message: `Slot ${slot.name}: ${awaits}`,
        },
      ];

/** What the probes of the slots have found: a condition of each type, whichever slots have it. */
function complaintsOf(slots: readonly SlotState[]): ConditionIntent[] {
  const found = new Map<string, ConditionIntent>();
  for (const { binding, complaints } of slots) {
    for (const { type, status, reason, message } of complaints) {
      const before = found.get(type);
      const sentence = `${binding.slot.name}: ${message}`;
      found.set(type, {
        type,
        status,
        reason: before?.reason ?? reason,
        message: before ? `${before.message} ${sentence}` : sentence,
      });
    }
  }
  return [...found.values()];
}

/** An offer, and how to take it. */
const sentenceOf = ({ slot, message }: Offer): string =>
  `Slot ${slot}: ${message} To accept, name the provider as the providerRef of ${slot} in spec.integrations.`;
