import type { Context } from '@hearth/runtime';
import { bindingDigestKey } from '../binding.ts';
import { carryOutPostStart, type PostStartInput, postStartDigest } from '../configure/post-start.ts';
import { scopeOf, type Values } from '../workload/environment.ts';
import type { AppInput, WorkloadInput } from '../workload/input.ts';
import { volumeUids } from './claims.ts';
import { keepGenerated } from './generated.ts';

/**
 * Configures an app that is up, unless that is done: steps, values and version being the same as then.
 * @returns the digest of what was carried out, for `status.configured`; undefined where there are no steps.
 * @throws Waiting or Stalled, naming the step that it can't go past.
 */
export async function configureRunning(
  input: AppInput,
  workloads: readonly WorkloadInput[],
  values: Values,
  context: Context,
): Promise<string | undefined> {
  if ((input.definition.spec.configure?.postStart ?? []).length === 0) return undefined;
  const given: PostStartInput = {
    input,
    workloads,
    volumes: await volumeUids(input, context),
    lookUp: scopeOf(input, values),
    digestKey: await bindingDigestKey(context),
  };
  const digest = postStartDigest(given);
  if (digest !== undefined && digest === input.app.status?.configured) return digest;
  const done = await carryOutPostStart(given, {
    context,
    keep: (captured) => keepGenerated(input, context, captured),
  });
  return done.digest;
}
