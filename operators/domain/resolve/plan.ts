import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { ProviderRef } from '../schema/fields.ts';
import type { PlanSpec, PlanStep } from '../schema/plan.ts';
import { reachesWorkloads } from '../template-use.ts';
import { fitOf } from './fit.ts';
import { levelsOf } from './levels.ts';
import { byKey, refKey, refOf } from './ref.ts';
import type { NodeFacts, Offer, ResolvedBinding, ResolvedInstall, ResolveInput } from './resolution.ts';
import { currentBinding, holdsData, isFirstInstallation } from './slot.ts';

/** What a plan is made of. */
export interface PlanContent {
  readonly input: ResolveInput;
  readonly definition: AppDefinition;
  readonly version: string;
  readonly bindings: readonly ResolvedBinding[];
  readonly installs: readonly ResolvedInstall[];
  /** What each App to install, by `NAMESPACE/NAME`, can't run without. */
  readonly requirements: (key: string) => readonly string[];
  readonly offers: readonly Offer[];
}

/** The steps of a plan in their levels: providers, then bindings, then the app itself. */
export function planLevels(content: PlanContent): PlanSpec['levels'] {
  const { input, installs, bindings, offers } = content;
  const levels = levelsOf(
    installs.map(({ ref }) => refKey(ref)),
    content.requirements,
  );
  const steps: PlanStep[][] = [];
  const put = (level: number, step: PlanStep) => {
    while (steps.length <= level) steps.push([]);
    steps[level]?.push(step);
  };
  for (const install of installs)
    put(levels.get(refKey(install.ref)) ?? 0, installStep(install, input.nodes));
  for (const binding of bindings) {
    if (binding.provider === undefined) continue;
    put((levels.get(refKey(binding.provider)) ?? -1) + 1, bindStep(content, binding, binding.provider));
  }
  const last = steps.length;
  put(last, runStep(content));
  for (const offer of offers) put(last, offerStep(content, offer));
  return steps.map((level, index) => ({ name: `${index}`, steps: level.sort(byKey(({ id }) => id)) }));
}

/** Providers before consumers, and by name where either may be first. */
export function inOrder(
  installs: readonly ResolvedInstall[],
  requirements: (key: string) => readonly string[],
): readonly ResolvedInstall[] {
  const levels = levelsOf(
    installs.map(({ ref }) => refKey(ref)),
    requirements,
  );
  const level = ({ ref }: ResolvedInstall) => levels.get(refKey(ref)) ?? 0;
  return [...installs].sort(byKey(({ ref }) => refKey(ref))).sort((a, b) => level(a) - level(b));
}

function installStep(install: ResolvedInstall, nodes: readonly NodeFacts[] | undefined): PlanStep {
  const { ref, definition, version, dedicated } = install;
  return {
    id: `install:${refKey(ref)}`,
    action: 'Install',
    app: ref,
    definition: definition.metadata.name,
    version,
    ...(dedicated === undefined ? {} : { dedicated: clip(dedicated) }),
    reason: clip(install.reason),
    ...(definition.spec.stateful ? { data: 'Makes volumes of its own; there is nothing in them yet.' } : {}),
    ...fitOf(definition, nodes),
  };
}

function bindStep(content: PlanContent, binding: ResolvedBinding, provider: ProviderRef): PlanStep {
  const { input, definition } = content;
  const { slot } = binding;
  const rewires = isRewired(input.wanted, binding);
  const data = dataOf(input.wanted, binding);
  return {
    id: `bind:${slot.name}`,
    action: rewires ? 'Rewire' : 'Bind',
    app: refOf(input.wanted),
    slot: slot.name,
    kind: slot.kind,
    provider,
    reason: clip(reasonOf(input, binding)),
    ...(rewires && reachesWorkloads(definition, slot) ? { restarts: [refOf(input.wanted)] } : {}),
    ...(data === undefined ? {} : { data }),
  };
}

function runStep({ input, definition, version, bindings }: PlanContent): PlanStep {
  const { wanted } = input;
  const runs = !isFirstInstallation(wanted);
  const replaced = runs && wanted.status?.version !== version;
  const rewired = bindings.some(
    (binding) => isRewired(wanted, binding) && reachesWorkloads(definition, binding.slot),
  );
  const external = wanted.spec.external !== undefined;
  return {
    id: 'run',
    action: 'Run',
    app: refOf(wanted),
    definition: definition.metadata.name,
    ...(version === '' ? {} : { version }),
    reason: runReason(wanted, version),
    ...(runs && (replaced || rewired) ? { restarts: [refOf(wanted)] } : {}),
    ...(definition.spec.stateful && !external
      ? {
          data: runs
            ? 'Its volumes stay as they are.'
            : 'Makes its volumes, or takes those that were retained.',
        }
      : {}),
    ...(external || runs ? {} : fitOf(definition, input.nodes)),
  };
}

function offerStep({ input }: PlanContent, { slot, message }: Offer): PlanStep {
  return { id: `offer:${slot}`, action: 'Offer', app: refOf(input.wanted), slot, reason: clip(message) };
}

function runReason(wanted: App, version: string): string {
  if (wanted.spec.external !== undefined) return 'It runs elsewhere; Hearth only wires it.';
  const running = wanted.status?.version;
  if (running === undefined) return 'It is what was asked for.';
  return running === version ? 'It runs already.' : `It runs ${running} and is to run ${version}.`;
}

/** Whether an app that runs is joined to something that it wasn't joined to. */
function isRewired(wanted: App, { slot, provider }: ResolvedBinding): boolean {
  if (isFirstInstallation(wanted) || provider === undefined) return false;
  const current = currentBinding(wanted, slot);
  return current === undefined || refKey(current.provider) !== refKey(provider);
}

function dataOf(wanted: App, binding: ResolvedBinding): string | undefined {
  const { slot, provider } = binding;
  if (slot.kind === 'SSOClient' && isRewired(wanted, binding)) {
    return slot.linking === undefined
      ? 'People may get new accounts: its definition doesn’t say how those that they have are joined.'
      : `The accounts that people have are joined by ${slot.linking}.`;
  }
  if (!holdsData(slot) || provider === undefined) return undefined;
  return currentBinding(wanted, slot)?.settled
    ? `Keeps the ${slot.kind} that it has in ${refKey(provider)}.`
    : `Makes a ${slot.kind} in ${refKey(provider)}, or takes the one that was retained.`;
}

function reasonOf({ wanted, home }: ResolveInput, { slot, reason }: ResolvedBinding): string {
  if (slot.kind !== 'Route' || home === undefined) return reason;
  return `People reach it at https://${wanted.spec.host ?? wanted.metadata.name}.${home.spec.domain}. ${reason}`;
}

/** A step's texts are bounded; what is cut off says so. */
const clip = (text: string): string => (text.length <= 512 ? text : `${text.slice(0, 511)}…`);
