import {
  type App,
  Database,
  type Home,
  type ProviderRef,
  type ResolvedBinding,
  Route,
  type Slot,
} from '@hearth/domain';
import { type ConditionIntent, type Read, type Resource, Secret, Stalled } from '@hearth/runtime';
import { type BindingData, decodeSecret } from '../binding.ts';
import { bindingSecretName, childName, workloadName } from '../names.ts';
import { type AppInput, appLabels, namespaceOf } from '../workload/input.ts';

/** A binding that is bound to somebody. */
type Bound = ResolvedBinding & { readonly provider: ProviderRef };

/** The bindings that a provider was found for. */
export const boundOf = (bindings: readonly ResolvedBinding[]): Bound[] =>
  bindings.filter((binding): binding is Bound => binding.state === 'Bound' && binding.provider !== undefined);

/**
 * The resource that asks for what a slot needs.
 * @throws Stalled where Hearth can't make it: a database of an engine that it can't drive, a route to no port.
 */
export function integrationObject(input: AppInput, bound: Bound): Database | Route {
  const { slot } = bound;
  const metadata = {
    namespace: namespaceOf(input.app),
    name: childName(input.app.metadata.name, slot.name),
    labels: appLabels(input.app),
  };
  switch (slot.kind) {
    case 'Database': {
      const { apiVersion, kind } = Database;
      return { apiVersion, kind, metadata, spec: databaseSpec(input, bound.provider, slot) };
    }
    case 'Route': {
      const { apiVersion, kind } = Route;
      return { apiVersion, kind, metadata, spec: routeSpec(input, bound.provider, slot) };
    }
    default:
      throw new Error(`slot ${slot.name}: ${slot.kind} is resolved, but nothing makes it`);
  }
}

function databaseSpec(
  { app }: AppInput,
  providerRef: ProviderRef,
  { name, needs }: SlotOf<'Database'>,
): Database['spec'] {
  const engine = needs?.engine ?? 'postgresql';
  if (engine !== 'postgresql') {
    const message = `Slot ${name} needs a Database of ${engine}, and Hearth can make those of postgresql only.`;
    throw new Stalled('NoAdapter', message);
  }
  return {
    engine,
    providerRef,
    owner: app.spec.definition,
    deletion: app.spec.deletion,
    ...(needs?.extensions ? { extensions: needs.extensions } : {}),
  };
}

function routeSpec(
  { app, home, definition }: AppInput,
  providerRef: ProviderRef,
  slot: SlotOf<'Route'>,
): Route['spec'] {
  const workloads = definition.spec.workloads ?? [];
  const index = slot.workload === undefined ? 0 : workloads.findIndex(({ name }) => name === slot.workload);
  const workload = workloads[index];
  const port = workload?.ports?.find(({ name }) => name === slot.port)?.port;
  if (workload === undefined || port === undefined) {
    const at = `AppDefinition ${definition.metadata.name}: route ${slot.name}`;
    throw new Stalled('NoPort', `${at} leads to port ${slot.port}, which no workload of it has.`);
  }
  return {
    providerRef,
    host: hostOf(app),
    service: workloadName(app.metadata.name, workload.name, index),
    port,
    exposure: exposureOf(app, home),
    ...(app.spec.access ? { access: app.spec.access } : {}),
  };
}

type SlotOf<K extends Slot['kind']> = Extract<Slot, { kind: K }>;

/** The name of an App under the home's domain. */
const hostOf = (app: App): string => app.spec.host ?? app.metadata.name;

const exposureOf = (app: App, home: Home | undefined) => app.spec.exposure ?? home?.spec.exposure ?? 'lan';

/** How far a slot is. */
export interface SlotState {
  readonly binding: ResolvedBinding;
  /** What it is joined with, once that is known. */
  readonly data?: BindingData | undefined;
  readonly ready: boolean;
  /** The child can't become ready until somebody changes something. */
  readonly stalled: boolean;
  /** The child's own word on what it waits for. */
  readonly message: string;
  /** What the child says is not as it should be, though it may be ready: its probes. */
  readonly complaints: readonly ConditionIntent[];
  /** Why the address of a route doesn't answer, or may not: undefined where it does, and of other slots. */
  readonly unreachable?: string | undefined;
  /** As it stands in the App's status. */
  readonly status: NonNullable<NonNullable<App['status']>['bindings']>[number];
}

/** Reads how far each slot is: from the child that asks for it, and its binding Secret. */
export function slotStates(app: App, bindings: readonly ResolvedBinding[], read: Read): SlotState[] {
  return bindings.map((binding) => {
    const { slot, state, provider } = binding;
    if (state === 'Bound' && provider !== undefined) return boundState(app, { ...binding, provider }, read);
    const named = state === 'Off' ? 'Off' : 'Unbound';
    return {
      binding,
      ready: false,
      stalled: false,
      message: binding.reason,
      complaints: [],
      status: { name: slot.name, kind: slot.kind, state: named },
    };
  });
}

function boundState(app: App, binding: Bound, read: Read): SlotState {
  const { slot, provider } = binding;
  const name = childName(app.metadata.name, slot.name);
  const child = childOf(app, binding, read);
  const condition = child?.status?.conditions?.find(({ type }) => type === 'Ready');
  const secretName = child?.status?.binding?.name ?? bindingSecretName(name);
  const hash = child?.status?.bindingHash;
  const secret = hash ? read.get(Secret, { namespace: namespaceOf(app), name: secretName }) : undefined;
  const current = child?.status?.observedGeneration === child?.metadata.generation;
  const ready = condition?.status === 'True' && current && secret !== undefined;
  return {
    binding,
    data: decodeSecret(secret),
    ready,
    stalled: current && isStalled(child),
    message: condition?.message || `${slot.kind} ${name} is being made.`,
    complaints: complaintsOf(child),
    unreachable: slot.kind === 'Route' ? unreachableOf(child) : undefined,
    status: {
      name: slot.name,
      kind: slot.kind,
      state: ready ? 'Bound' : 'Waiting',
      providerRef: provider,
      secretName,
      ...(hash ? { hash } : {}),
    },
  };
}

const isStalled = (child: Database | Route | undefined): boolean =>
  child?.status?.conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True') ?? false;

function unreachableOf(child: Database | Route | undefined): string | undefined {
  const condition = child?.status?.conditions?.find(({ type }) => type === 'Reachable');
  if (condition?.status === 'True') return undefined;
  return condition?.message || 'it has not been tried.';
}

const complaintsOf = (child: Database | Route | undefined): readonly ConditionIntent[] =>
  (child?.status?.conditions ?? []).filter(({ type, status }) => type !== 'Ready' && status === 'False');

/** What is said of a slot that isn't ready. */
export const troubleOf = ({ binding: { slot }, message }: SlotState) => ({
  reason: `${slot.kind}NotReady`,
  message: `${slot.name}: ${message}`,
});

function childOf(app: App, { slot }: ResolvedBinding, read: Read): Database | Route | undefined {
  const key = { namespace: namespaceOf(app), name: childName(app.metadata.name, slot.name) };
  return slot.kind === 'Database' ? read.get(Database, key) : read.get(Route, key);
}

/** The children that no slot asks for any more and that hold nobody's data. */
export function superfluous(app: App, bindings: readonly ResolvedBinding[], read: Read): Resource[] {
  const wanted = new Set(boundOf(bindings).map(({ slot }) => childName(app.metadata.name, slot.name)));
  // A Database is never unmade because a slot is: it holds data.
  const candidates = read.owned(Route, app);
  return candidates.filter(
    ({ metadata }) => !wanted.has(metadata.name) && metadata.deletionTimestamp === undefined,
  );
}
