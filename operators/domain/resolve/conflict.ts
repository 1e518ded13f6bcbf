import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { Slot } from '../schema/integration.ts';
import { byText, keyOf, listOf } from './ref.ts';
import type { Conflict } from './resolution.ts';

/** What a way out costs the person, the cheapest first. */
type Cost = 'edit' | 'install' | 'administer' | 'migrate';

const costs: readonly Cost[] = ['edit', 'install', 'administer', 'migrate'];

/** A conflict with what its fix costs, so that the best of several can be shown. */
export interface Costed {
  readonly cost: Cost;
  readonly conflict: Conflict;
}

/** The conflict of the fewest wishes; of those, the one with the cheapest fix; of those, the first by its words. */
export function smallest(conflicts: readonly [Costed, ...Costed[]]): Conflict {
  const [first = conflicts[0]] = [...conflicts].sort(
    (a, b) =>
      a.conflict.wishes.length - b.conflict.wishes.length ||
      costs.indexOf(a.cost) - costs.indexOf(b.cost) ||
      byText(a.conflict.message, b.conflict.message),
  );
  return first.conflict;
}

/** What an App's slot asks for, in words. */
const wishOf = (consumer: App, slot: Slot): string =>
  `${keyOf(consumer)} ${slot.required ? 'needs' : 'may have'} a ${kindOf(slot)} in its slot \`${slot.name}\``;

/** A slot's kind, with the role that a Connection has. */
export const kindOf = (slot: Slot): string =>
  slot.kind === 'Connection' ? `Connection to a ${slot.role}` : slot.kind;

/** What is said of an install that can't be made, with the wishes that led to it. A cycle says so itself. */
export function whileInstalling(costed: Costed, consumer: App, slot: Slot, provider: string): Costed {
  const { conflict } = costed;
  if (conflict.reason === 'RequirementCycle') return costed;
  return {
    cost: costed.cost,
    conflict: {
      ...conflict,
      message: `${provider}, which ${keyOf(consumer)} needs for its slot \`${slot.name}\`, can’t be installed: ${conflict.message}`,
      wishes: [wishOf(consumer, slot), ...conflict.wishes],
    },
  };
}

/** A slot is Off that the app can't run without. */
export const requiredSlotOff = (consumer: App, slot: Slot): Costed => ({
  cost: 'edit',
  conflict: {
    reason: 'RequiredSlotOff',
    message: `${keyOf(consumer)} can’t run without a ${kindOf(slot)}, and its slot \`${slot.name}\` is Off.`,
    fix: `Remove \`mode: Off\` of \`${slot.name}\` from the App’s integrations.`,
    wishes: [wishOf(consumer, slot), `${keyOf(consumer)} sets \`${slot.name}\` Off`],
  },
});

/** A required slot is of a kind that nothing here can make. */
export const kindUnsupported = (consumer: App, slot: Slot): Costed => ({
  cost: 'migrate',
  conflict: {
    reason: 'KindUnsupported',
    message: `${keyOf(consumer)} needs a ${kindOf(slot)}, and this version of Hearth makes none.`,
    fix: `Upgrade Hearth to a version that supports ${slot.kind}, or install an app that doesn’t need it.`,
    wishes: [wishOf(consumer, slot)],
  },
});

/** Several could serve, and none was chosen. */
export const ambiguous = (consumer: App, slot: Slot, candidates: readonly string[]): Costed => ({
  cost: 'edit',
  conflict: {
    reason: 'ChoiceNeeded',
    message: `${listOf(candidates)} can all serve the slot \`${slot.name}\` of ${keyOf(consumer)}, and none was chosen.`,
    fix:
      `Name one of them as the providerRef of \`${slot.name}\` in the App’s integrations` +
      `${slot.kind === 'SSOClient' ? ', or for all Apps as signOn.providerRef of the Home' : ''}` +
      `${slot.required ? '.' : ', or set the slot’s mode to Off.'}`,
    wishes: [wishOf(consumer, slot)],
  },
});

/** Several definitions could be installed, and none is the default. */
export const ambiguousDefinition = (consumer: App, slot: Slot, names: readonly string[]): Costed => ({
  cost: 'install',
  conflict: {
    reason: 'ChoiceNeeded',
    message: `No installed App can serve the slot \`${slot.name}\` of ${keyOf(consumer)}; ${listOf(names)} could each be installed for it.`,
    fix: `Install one of ${listOf(names, 'or')}.`,
    wishes: [wishOf(consumer, slot)],
  },
});

/** The chosen provider isn't there. */
export const chosenMissing = (consumer: App, slot: Slot, provider: string): Costed => ({
  cost: 'edit',
  conflict: {
    reason: 'ProviderNotInstalled',
    message: `${keyOf(consumer)} chooses ${provider} for its slot \`${slot.name}\`, and no such App is installed.`,
    fix: `Remove the choice, or install ${provider}.`,
    wishes: [wishOf(consumer, slot), `${keyOf(consumer)} chooses ${provider}`],
  },
});

/** The chosen provider is there and can't serve. `why` ends a sentence that begins with its name. */
export const chosenUnable = (consumer: App, slot: Slot, provider: string, why: string): Costed => ({
  cost: 'edit',
  conflict: {
    reason: 'ProviderCannotServe',
    message: `${keyOf(consumer)} chooses ${provider} for its slot \`${slot.name}\`, but ${provider} ${why}.`,
    fix: 'Choose another provider, or remove the choice.',
    wishes: [wishOf(consumer, slot), `${keyOf(consumer)} chooses ${provider}`],
  },
});

/** A choice would move data, which only a migration may. */
export const dataWouldMove = (consumer: App, slot: Slot, from: string, to: string): Costed => ({
  cost: 'edit',
  conflict: {
    reason: 'DataWouldMove',
    message: `The data of ${keyOf(consumer)}’s slot \`${slot.name}\` is in ${from}, and choosing ${to} would leave it behind.`,
    fix: `Set the providerRef of \`${slot.name}\` back to ${from}; to move, install the app anew beside this one and move the data.`,
    wishes: [`${keyOf(consumer)} has its \`${slot.name}\` in ${from}`, `${keyOf(consumer)} chooses ${to}`],
  },
});

/** What is bound can no longer serve, and may not be exchanged. */
export const boundUnable = (consumer: App, slot: Slot, provider: string, why: string): Costed => ({
  cost: 'administer',
  conflict: {
    reason: 'ProviderCannotServe',
    message: `The slot \`${slot.name}\` of ${keyOf(consumer)} is bound to ${provider}, but ${provider} ${why}.`,
    fix: `Mend ${provider}; Hearth doesn’t exchange it, because what the app has there would be left behind.`,
    wishes: [wishOf(consumer, slot), `${keyOf(consumer)} has its \`${slot.name}\` in ${provider}`],
  },
});

/** The name that the install would take is that of an App on its way out. */
export const providerLeaving = (consumer: App, slot: Slot, provider: string): Costed => ({
  cost: 'administer',
  conflict: {
    reason: 'ProviderBeingDeleted',
    message: `${provider} is being deleted, and the slot \`${slot.name}\` of ${keyOf(consumer)} needs one like it.`,
    fix: `Wait until ${provider} is gone, then it is installed anew; or choose another provider.`,
    wishes: [wishOf(consumer, slot), `${provider} is deleted`],
  },
});

/** Nothing that could be installed offers what the slot needs. */
export const noProvider = (consumer: App, slot: Slot): Costed => ({
  cost: 'administer',
  conflict: {
    reason: 'NoProvider',
    message: `No installed App and no definition of the catalogue offers the ${kindOf(slot)} that ${keyOf(consumer)} needs in its slot \`${slot.name}\`.`,
    fix: `Add a definition that provides ${slot.kind} to the catalogue, or register an external App of one.`,
    wishes: [wishOf(consumer, slot)],
  },
});

/** The definition to install isn't in the catalogue. */
export const providerUnknown = (consumer: App, slot: Slot, name: string): Costed => ({
  cost: 'administer',
  conflict: {
    reason: 'ProviderDefinitionUnknown',
    message: `${keyOf(consumer)} needs a ${kindOf(slot)} from \`${name}\`, and the catalogue has no definition of that name.`,
    fix: `Add the AppDefinition \`${name}\`; the App goes on by itself when it arrives.`,
    wishes: [wishOf(consumer, slot)],
  },
});

/** What could serve runs only elsewhere. */
export const externalOnly = (consumer: App, slot: Slot, names: readonly string[]): Costed => ({
  cost: 'install',
  conflict: {
    reason: 'ProviderIsExternal',
    message: `${keyOf(consumer)} needs a ${kindOf(slot)} from ${listOf(names, 'or')}, which Hearth wires but doesn’t install.`,
    fix: `Install ${listOf(names, 'or')} and register it as an App in hearth-providers with \`external\` and \`share\` (\`kiko up\` does so for Traefik).`,
    wishes: [wishOf(consumer, slot)],
  },
});

/** The definition to install falls short of the slot's needs. */
export const needsUnmet = (consumer: App, slot: Slot, name: string, why: string): Costed => ({
  cost: 'administer',
  conflict: {
    reason: 'NeedsUnmet',
    message: `${keyOf(consumer)} needs more of \`${name}\` in its slot \`${slot.name}\` than it offers: it ${why}.`,
    fix: `Register an App that offers it, or correct the needs of \`${slot.name}\` or what \`${name}\` provides.`,
    wishes: [wishOf(consumer, slot)],
  },
});

/** Apps that each can't run without the next, and the last not without the first. */
export const requirementCycle = (keys: readonly string[]): Costed => ({
  cost: 'administer',
  conflict: {
    reason: 'RequirementCycle',
    message: `None of these can start before the next, and so none can start at all: ${[...keys, keys[0]].join(' → ')}.`,
    fix: 'Choose another provider for one of them, or register one that runs elsewhere as an external App.',
    wishes: keys.map((key, index) => `${key} needs ${keys[(index + 1) % keys.length]}`),
  },
});

/** No machine has a processor that the images are made for. */
export function noMachine(app: string, definition: AppDefinition): Costed {
  const architectures = listOf(definition.spec.architectures.toSorted(), 'or');
  return {
    cost: 'install',
    conflict: {
      reason: 'NoMachineFits',
      message: `${app} runs on ${architectures} only, and no machine of the home is one.`,
      fix: `Add a machine that is ${architectures}, or install another app.`,
      wishes: [`${app} runs in this home`],
    },
  };
}

/** The App names a definition that isn't there. */
export const definitionUnknown = (app: App): Costed => ({
  cost: 'edit',
  conflict: {
    reason: 'DefinitionUnknown',
    message: `${keyOf(app)} is to be \`${app.spec.definition}\`, and the catalogue has no definition of that name.`,
    fix: `Add the AppDefinition \`${app.spec.definition}\` (the App goes on by itself when it arrives), or correct the name in a new App.`,
    wishes: [`${keyOf(app)} is \`${app.spec.definition}\``],
  },
});

/** The App has a definition without workloads and doesn't say where it runs. */
export const mustBeExternal = (app: App): Costed => ({
  cost: 'edit',
  conflict: {
    reason: 'DefinitionIsExternal',
    message: `\`${app.spec.definition}\` has nothing that Hearth could run, so ${keyOf(app)} must be external.`,
    fix: `Say where it runs in spec.external of a new App: its host and ports.`,
    wishes: [`${keyOf(app)} runs here`],
  },
});

/** The plan is larger than a Plan may be. */
export const planTooLarge = (app: App): Costed => ({
  cost: 'install',
  conflict: {
    reason: 'PlanTooLarge',
    message: `${keyOf(app)} needs more new providers than one plan can hold.`,
    fix: 'Install some of the providers that it needs first.',
    wishes: [`${keyOf(app)} is installed with all that it needs at once`],
  },
});
