import { App, installManifest, type Resolved, type ResolvedInstall } from '@hearth/domain';
import {
  type Context,
  isAlreadyExists,
  type Outcome,
  type OutcomeDetail,
  ready,
  Stalled,
  stalled,
  Waiting,
  waiting,
} from '@hearth/runtime';
import { addressUnanswered } from '../route/sign-on.ts';
import type { AppInput } from '../workload/input.ts';
import { refuseUnplaceable } from '../workload/pod-security.ts';
import { approval } from './approval.ts';
import { keepExternal } from './external.ts';
import { type SlotState, slotStates, troubleOf } from './integrations.ts';
import { keepRunning } from './keep.ts';
import { keepIntegrations, letGoOfGuard } from './keep-integrations.ts';
import { keepPlan } from './plans.ts';
import { refuseTaken } from './retained.ts';
import { type Running, run } from './run.ts';
import type { Scene } from './scene.ts';
import { statusOf } from './status.ts';

/** What the pass needs beside the scene. */
export interface AppOptions {
  /** The image of Hearth itself: it runs the steps before an app's start. */
  readonly hearthImage: string;
}

/** Carries a plan out, as far as it goes: each pass does what can be done now and says what it waits for. */
export async function carryOutPlan(
  scene: Scene,
  input: AppInput,
  resolved: Resolved,
  context: Context,
): Promise<Outcome> {
  const { app } = scene;
  await refuseTaken(input, context.read);
  await refuseUnplaceable(input, context.read);
  const plan = await keepPlan(app, resolved.plan, context);
  const held = approval(app, { name: plan, hash: resolved.plan.hash });
  const runs = app.status?.version !== undefined && !app.spec.external;
  if (held && !runs) return waiting(held.reason, held.message, { status: { plan } });
  // What runs was approved before: it runs on, and those who use it don't notice.
  if (held) return keepRunning(scene, { ...held, condition: 'Approved', plan }, context);
  for (const install of resolved.installs) await installProvider(install, context);
  await keepIntegrations(input, resolved.bindings, context);
  const slots = slotStates(app, resolved.bindings, context.read);
  try {
    const running = app.spec.external
      ? await keepExternal(input, context)
      : await run(input, resolved, slots, context, scene);
    await letGoOfGuard(input, resolved.bindings, context);
    return outcomeOf(scene, resolved, slots, plan, running);
  } catch (error) {
    // What is bound so far stands in the status also where the rest must wait: it is part of the next decision.
    const detail = statusOf(scene, resolved, slots, plan);
    if (error instanceof Waiting)
      return withDetail(waiting(error.reason, error.message, error.detail), detail);
    if (error instanceof Stalled)
      return withDetail(stalled(error.reason, error.message, error.detail), detail);
    throw error;
  }
}

function outcomeOf(
  scene: Scene,
  resolved: Resolved,
  slots: readonly SlotState[],
  plan: string,
  running: Running,
): Outcome {
  const detail = statusOf(scene, resolved, slots, plan, running);
  const broken = slots.find(
    ({ binding, ready }) => binding.state === 'Bound' && binding.slot.required && !ready,
  );
  if (broken) {
    const { reason, message } = troubleOf(broken);
    return broken.stalled ? stalled(reason, message, detail) : waiting(reason, message, detail);
  }
  const closed = slots.find(({ binding, unreachable }) => binding.slot.required && unreachable !== undefined);
  if (closed && !isReady(scene.app))
    return waiting(addressUnanswered, `Its address doesn’t answer yet: ${closed.unreachable}`, detail);
  return ready({
    ...detail,
    after: running.after,
    message: `${scene.definition?.spec.title ?? scene.app.metadata.name} is running.`,
  });
}

/**
 * Whoever waits for an App to be Ready wants to open it, so it is that only once its address has answered. What comes
 * between later is no fault of the app, and stands beside Ready.
 */
const isReady = ({ status }: App): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;

/** An outcome with more to say in the status. */
function withDetail(outcome: Outcome, { status, conditions }: OutcomeDetail): Outcome {
  return {
    ...outcome,
    status: { ...outcome.status, ...status },
    ...(conditions ? { conditions: [...(outcome.conditions ?? []), ...conditions] } : {}),
  };
}

/** Installs a provider that the App can't do without. What an admin made of it since is left alone. */
async function installProvider(install: ResolvedInstall, { read, act, event }: Context): Promise<void> {
  if (read.get(App, install.ref)) return;
  try {
    await act.create(installManifest(install));
    event('Normal', 'InstallingProvider', `Installing ${install.definition.spec.title}: ${install.reason}`);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}
