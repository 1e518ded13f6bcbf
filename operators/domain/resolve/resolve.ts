import type { AppDefinition } from '../schema/app-definition.ts';
import { mostLevels, mostSteps } from '../schema/plan.ts';
import { requirementsOf } from './choose.ts';
import {
  type Costed,
  definitionUnknown,
  mustBeExternal,
  noMachine,
  planTooLarge,
  smallest,
} from './conflict.ts';
import { type Draft, lookUp } from './draft.ts';
import { nodesOfArchitecture } from './fit.ts';
import { planHash } from './hash.ts';
import { inOrder, planLevels } from './plan.ts';
import { byKey, keyOf, refKey } from './ref.ts';
import type { Resolution, ResolvedBinding, ResolveInput } from './resolution.ts';
import { type Settlement, settleAll } from './settle.ts';
import { isFirstInstallation } from './slot.ts';
import { versionToRun } from './version.ts';

/**
 * Decides what is to be done for an App: a plan, or the smallest set of wishes that can't hold
 * together with the cheapest way out. The same input gives the same bytes.
 */
export function resolve(input: ResolveInput): Resolution {
  const { wanted } = input;
  const definition = input.catalogue.get(wanted.spec.definition);
  if (definition === undefined) return refuse([definitionUnknown(wanted)]);
  const version = versionOf(input, definition);
  if (typeof version !== 'string') return refuse([version]);
  const draft: Draft = {
    input,
    wantedKey: keyOf(wanted),
    pending: new Map(),
    requirements: new Map(),
    conflicts: [],
  };
  const settlement = wanted.spec.external ? { bindings: [], offers: [] } : settleAll(draft, definition);
  draft.conflicts.push(...withoutMachine(draft, definition));
  const [conflict, ...others] = draft.conflicts;
  return conflict === undefined
    ? planOf(draft, definition, version, settlement)
    : refuse([conflict, ...others]);
}

function versionOf({ wanted }: ResolveInput, definition: AppDefinition): string | Costed {
  if (wanted.spec.external !== undefined) return wanted.spec.version ?? '';
  const runsHere = (definition.spec.workloads ?? []).length > 0;
  return runsHere ? versionToRun(wanted, definition) : mustBeExternal(wanted);
}

function planOf(
  draft: Draft,
  definition: AppDefinition,
  version: string,
  { bindings, offers }: Settlement,
): Resolution {
  const { input } = draft;
  const sorted = [...bindings].sort(byKey(({ slot }) => slot.name));
  const requirements = (key: string) => requirementsOf(draft, key);
  const installs = inOrder(
    [...draft.pending.values()].map(({ install }) => install),
    requirements,
  );
  const content = { input, definition, version, bindings: sorted, installs, requirements, offers };
  const levels = planLevels(content);
  if (levels.length > mostLevels || levels.some(({ steps }) => steps.length > mostSteps)) {
    return refuse([planTooLarge(input.wanted)]);
  }
  const providers = definitionsOf(draft, sorted);
  const hash = planHash(input.wanted, definition, version, sorted, providers, input.digest);
  const plan = { app: input.wanted.metadata.name, hash, levels };
  return { kind: 'Plan', plan, version, bindings: sorted, installs, offers };
}

/** The definitions of the Apps that serve, by name. */
function definitionsOf(
  draft: Draft,
  bindings: readonly ResolvedBinding[],
): ReadonlyMap<string, AppDefinition> {
  const found = new Map<string, AppDefinition>();
  for (const { provider } of bindings) {
    const app = provider && lookUp(draft, refKey(provider));
    const definition = app && draft.input.catalogue.get(app.spec.definition);
    if (definition !== undefined) found.set(definition.metadata.name, definition);
  }
  return found;
}

/** What is installed anew must find a machine of its kind; what runs already is let be while one is away. */
function withoutMachine(draft: Draft, definition: AppDefinition): readonly Costed[] {
  const { wanted, nodes = [] } = draft.input;
  if (nodes.length === 0) return [];
  const starts = wanted.spec.external === undefined && isFirstInstallation(wanted);
  const all = [
    ...(starts ? [{ key: draft.wantedKey, definition }] : []),
    ...[...draft.pending.values()].map(({ install }) => ({
      key: refKey(install.ref),
      definition: install.definition,
    })),
  ];
  return all
    .filter((app) => nodesOfArchitecture(app.definition, nodes).length === 0)
    .map((app) => noMachine(app.key, app.definition));
}

function refuse(conflicts: readonly [Costed, ...Costed[]]): Resolution {
  return { kind: 'Conflict', conflict: smallest(conflicts) };
}
