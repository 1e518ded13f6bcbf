import { type App, integrationKinds, type Resolved, TemplateError } from '@hearth/domain';
import { type Context, Pod, type SecretObject, Stalled, Waiting } from '@hearth/runtime';
import { type BindingData, bindingDigestKey, encodeSecret } from '../binding.ts';
import { environmentSecretName } from '../names.ts';
import { type RenderedEnvironment, renderEnvironment, type Values } from '../workload/environment.ts';
import { healthOf } from '../workload/health.ts';
import {
  type AppInput,
  appLabels,
  namespaceOf,
  type WorkloadInput,
  workloadSelector,
} from '../workload/input.ts';
import { networkPolicy } from '../workload/network-policy.ts';
import { disruptionBudget, serviceAccount, serviceObject, workloadObject } from '../workload/objects.ts';
import { callersOf } from './callers.ts';
import { keepClaims } from './claims.ts';
import { immutableSecrets, keepGenerated } from './generated.ts';
import { type SlotState, troubleOf } from './integrations.ts';
import { configureRunning } from './post-start.ts';
import type { Scene } from './scene.ts';
import { makeRoom, removeStrays } from './strays.ts';

/** What is known of an App once it runs. */
export interface Running {
  readonly version: string | undefined;
  /** The digest of the postStart steps that were carried out. */
  readonly configured?: string | undefined;
  /** The names of those of its secrets that can't be made anew. */
  readonly secrets?: readonly string[] | undefined;
  /** Milliseconds until it is to be looked at again, though nothing changed. */
  readonly after?: number | undefined;
}

/**
 * Brings an App's workloads to where they should be, one after the other.
 * @throws Waiting or Stalled, naming the step that it can't go past.
 */
export async function run(
  input: AppInput,
  resolved: Resolved,
  slots: readonly SlotState[],
  context: Context,
  scene: Scene,
): Promise<Running> {
  const { app } = input;
  const { act } = context;
  const secrets = await keepGenerated(input, context);
  requireBindings(app, slots);
  const values = valuesOf(app, slots, secrets);
  const rendered = render(input, resolved, values, await bindingDigestKey(context));
  await act.apply(serviceAccount(input), { owner: app });
  await act.apply(networkPolicy(input, callersOf(scene, gatewayOf(resolved), context.read)), { owner: app });
  await keepClaims(input, context);
  const workloads = workloadInputs(input, rendered);
  for (const each of workloads) await applyService(each, context);
  // After all that may be refused: a pod that restarts reads it, and would find the values of another workload.
  await act.apply(environmentSecret(input, rendered), { owner: app });
  // First: what was renamed may be on a volume that its successor takes.
  await removeStrays(workloads, context);
  for (const each of workloads) await runWorkload(each, context);
  const configured = await configureRunning(input, workloads, values, context);
  return { version: input.version, configured, secrets: immutableSecrets(input.definition) };
}

/** Whether a slot's values can be used: once its child was ready, and from then on also while it is in trouble. */
const usable = ({ ready, awaitsSignOn, data }: SlotState, app: App): boolean =>
  // Taking them away from an app that runs would restart it without its database.
  data !== undefined && (ready || awaitsSignOn || app.status?.version !== undefined);

function requireBindings(app: App, slots: readonly SlotState[]): void {
  const missing = slots.find(
    (slot) => slot.binding.state === 'Bound' && isNeededToStart(slot) && !usable(slot, app),
  );
  if (missing === undefined) return;
  const { reason, message } = troubleOf(missing);
  if (missing.stalled) throw new Stalled(reason, message);
  throw new Waiting(reason, message);
}

/** What an app can't do without; and what is to hold its data, which it would otherwise begin to keep elsewhere. */
const isNeededToStart = ({ binding: { slot } }: SlotState): boolean =>
  slot.required || integrationKinds[slot.kind].data;

function valuesOf(app: App, slots: readonly SlotState[], secrets: BindingData): Values {
  const joined = slots.filter((slot) => usable(slot, app));
  const route = joined.find(({ binding }) => binding.slot.kind === 'Route')?.data;
  return {
    bindings: new Map(joined.map(({ binding, data }) => [binding.slot.name, data ?? {}])),
    secrets,
    url: route?.url,
    host: route?.host,
  };
}

function render(
  input: AppInput,
  { bindings }: Resolved,
  values: Values,
  digestKey: Buffer,
): RenderedEnvironment {
  try {
    return renderEnvironment(input, bindings, values, digestKey);
  } catch (error) {
    if (error instanceof TemplateError)
      throw new Stalled('UnknownName', `${input.app.spec.definition}: ${error.message}.`);
    throw error;
  }
}

function environmentSecret({ app }: AppInput, { secret }: RenderedEnvironment): SecretObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      namespace: namespaceOf(app),
      name: environmentSecretName(app.metadata.name),
      labels: appLabels(app),
    },
    type: 'Opaque',
    data: encodeSecret(secret),
  };
}

function workloadInputs(input: AppInput, rendered: RenderedEnvironment): WorkloadInput[] {
  return (input.definition.spec.workloads ?? []).map((workload, index) => {
    const { variables = [], configHash = '', preStart = false } = rendered.workloads.get(workload.name) ?? {};
    return { ...input, workload, index, environment: variables, configHash, preStart };
  });
}

const gatewayOf = ({ bindings }: Resolved) =>
  bindings.find(({ slot, state }) => slot.kind === 'Route' && state === 'Bound')?.provider;

async function applyService(input: WorkloadInput, { act }: Context): Promise<void> {
  const service = serviceObject(input);
  if (service) await act.apply(service, { owner: input.app });
}

/** Applies a workload and waits, by leaving, until it is up: the next one may need what this one prepares. */
async function runWorkload(input: WorkloadInput, { act, read }: Context): Promise<void> {
  const { app, workload } = input;
  const budget = disruptionBudget(input);
  if (budget) await act.apply(budget, { owner: app });
  const wanted = workloadObject(input);
  await makeRoom(input, wanted, { act, read });
  const { object } = await act.apply(wanted, { owner: app });
  const pods = read.list(Pod, { namespace: namespaceOf(app), labels: workloadSelector(app, workload) });
  const health = healthOf(workload, object, pods);
  if (!health.up) throw new Waiting(health.reason, health.message);
}
