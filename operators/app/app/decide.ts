import {
  checkApp,
  checkDefinition,
  type Digest,
  type Problem,
  type Resolution,
  resolve,
  supportedIntegrations,
} from '@hearth/domain';
import { type Outcome, stalled, waiting } from '@hearth/runtime';
import type { Scene } from './scene.ts';

/** A resolution that can be carried out. */
export type Resolved = Extract<Resolution, { kind: 'Plan' }>;

/** What follows from a scene: nothing for now, or a plan to carry out. */
export type Decision =
  | { readonly type: 'hold'; readonly outcome: Outcome }
  | {
      readonly type: 'carryOut';
      readonly resolved: Resolved;
      readonly definition: NonNullable<Scene['definition']>;
    };

const hold = (outcome: Outcome): Decision => ({ type: 'hold', outcome });

/** Decides what to do about an App. What runs is left running whenever it can't be decided. */
export function decide(scene: Scene, digest: Digest): Decision {
  const { app, definition } = scene;
  if (definition === undefined) {
    const name = app.spec.definition;
    return hold(
      waiting(
        'DefinitionMissing',
        `AppDefinition ${name} is not in the catalogue; it goes on when there is one.`,
      ),
    );
  }
  const wrong = checkDefinition(definition);
  if (wrong.length > 0) {
    const name = `AppDefinition ${definition.metadata.name}`;
    return hold(stalled('InvalidDefinition', `${name}: ${sentences(wrong)}`));
  }
  const problems = checkApp(app, definition);
  if (problems.length > 0) return hold(stalled('InvalidSpec', sentences(problems)));
  const resolution = resolve({ ...scene, wanted: app, supported: supportedIntegrations, digest });
  if (resolution.kind === 'Conflict') {
    const { reason, message, fix } = resolution.conflict;
    return hold(stalled(reason, `${message} ${fix}`));
  }
  return { type: 'carryOut', resolved: resolution, definition };
}

const sentences = (problems: readonly Problem[]): string =>
  problems.map(({ path, message }) => `${path}: ${message}`).join(' ');

/** Whether a plan may be carried out; if not, what the App waits for. */
export function approval(
  { app }: Pick<Scene, 'app'>,
  plan: { readonly name: string; readonly hash: string },
): Outcome | undefined {
  if (app.spec.approval === 'Automatic') return undefined;
  const { approvedPlan } = app.spec;
  if (approvedPlan === plan.name || approvedPlan === plan.hash) return undefined;
  const how = `Read it with \`kubectl get plan ${plan.name} -o yaml\` and set spec.approvedPlan to ${plan.hash}.`;
  return approvedPlan === ''
    ? waiting('AwaitingApproval', `Plan ${plan.name} waits for approval. ${how}`)
    : waiting(
        'PlanStale',
        `Plan ${approvedPlan} was approved, but things have changed and the plan is now ${plan.name}. ${how}`,
      );
}
