import {
  type App,
  Connection,
  Database,
  type ProviderRef,
  type ResolvedBinding,
  Route,
  SSOClient,
} from '@hearth/domain';
import { type ConditionIntent, keyText, type Read, Secret } from '@hearth/runtime';
import { type BindingData, decodeSecret } from '../binding.ts';
import { bindingSecretName, childName } from '../names.ts';
import { signOnAwaited } from '../route/sign-on.ts';
import { namespaceOf } from '../workload/input.ts';
import { type Bound, type Integration, routeOf } from './integration-objects.ts';

/** How far a slot is. */
export interface SlotState {
  readonly binding: ResolvedBinding;
  /** What it is joined with, once that is known. */
  readonly data?: BindingData | undefined;
  readonly ready: boolean;
  /** A route that opens when people can sign in; all else of it is known. */
  readonly awaitsSignOn: boolean;
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
    if (state === 'Bound' && provider !== undefined)
      return boundState(app, { ...binding, provider }, bindings, read);
    const named = state === 'Off' ? 'Off' : 'Unbound';
    return {
      binding,
      ready: false,
      awaitsSignOn: false,
      stalled: false,
      message: binding.reason,
      complaints: [],
      status: { name: slot.name, kind: slot.kind, state: named },
    };
  });
}

function boundState(app: App, binding: Bound, all: readonly ResolvedBinding[], read: Read): SlotState {
  const { slot, provider } = binding;
  const name = childName(app.metadata.name, slot.name);
  const child = childOf(app, binding, read);
  const condition = child?.status?.conditions?.find(({ type }) => type === 'Ready');
  const secretName = child?.status?.binding?.name ?? bindingSecretName(name);
  const hash = child?.status?.bindingHash;
  const secret = hash ? read.get(Secret, { namespace: namespaceOf(app), name: secretName }) : undefined;
  const current = child !== undefined && isCurrent(child, provider);
  const held = heldBack(app, binding, all, read);
  const ready = condition?.status === 'True' && current && secret !== undefined && held === undefined;
  return {
    binding,
    data: decodeSecret(secret),
    ready,
    awaitsSignOn: slot.kind === 'Route' && current && condition?.reason === signOnAwaited,
    stalled: current && isStalled(child),
    message: messageOf(condition, held) ?? `${slot.kind} ${name} is being made.`,
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

/** Whether a child's status speaks of what was asked of it last. */
const isCurrent = ({ metadata, spec, status }: Integration, provider: ProviderRef): boolean =>
  status?.observedGeneration === metadata.generation && keyText(spec.providerRef) === keyText(provider);

/** The child's own word comes first; where it has nothing to complain of, what else is missing. */
const messageOf = (
  condition: { readonly status: string; readonly message: string } | undefined,
  held: string | undefined,
): string | undefined =>
  (condition?.status === 'True' ? (held ?? condition.message) : condition?.message || held) || undefined;

/**
 * What an SSOClient lacks beside its own readiness: an address, and, where the gateway is to ask for sign-on, that it
 * does. An app that is told to believe a header would otherwise start before the gateway sets it.
 */
function heldBack(
  app: App,
  { slot }: Bound,
  all: readonly ResolvedBinding[],
  read: Read,
): string | undefined {
  if (slot.kind !== 'SSOClient' || slot.strategy === 'ldap') return undefined;
  const name = routeOf(app, all);
  if (name === undefined) return 'People sign in to an app by its address, and its Route is not bound.';
  if (slot.strategy !== 'forward-auth') return undefined;
  const client = childName(app.metadata.name, slot.name);
  const route = read.get(Route, { namespace: namespaceOf(app), name });
  const asked = route?.status?.signOn;
  if (asked?.client === client && asked.by === 'gateway') return undefined;
  return `Route ${name} does not ask for sign-on yet.`;
}

const isStalled = (child: Integration | undefined): boolean =>
  child?.status?.conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True') ?? false;

function unreachableOf(child: Integration | undefined): string | undefined {
  const condition = child?.status?.conditions?.find(({ type }) => type === 'Reachable');
  if (condition?.status === 'True') return undefined;
  return condition?.message || 'it has not been tried.';
}

const complaintsOf = (child: Integration | undefined): readonly ConditionIntent[] =>
  (child?.status?.conditions ?? []).filter(({ type, status }) => type !== 'Ready' && status === 'False');

/** What is said of a slot that isn't ready. */
export const troubleOf = ({ binding: { slot }, message }: SlotState) => ({
  reason: `${slot.kind}NotReady`,
  message: `${slot.name}: ${message}`,
});

function childOf(app: App, { slot }: ResolvedBinding, read: Read): Integration | undefined {
  const key = { namespace: namespaceOf(app), name: childName(app.metadata.name, slot.name) };
  switch (slot.kind) {
    case 'Database':
      return read.get(Database, key);
    case 'Connection':
      return read.get(Connection, key);
    case 'SSOClient':
      return read.get(SSOClient, key);
    default:
      return read.get(Route, key);
  }
}
