import { type PostStartStep, renderTemplate, TemplateError } from '@hearth/domain';
import { type Context, Stalled } from '@hearth/runtime';
import { type BindingData, bindingHash } from '../binding.ts';
import type { Endpoint } from '../provider.ts';
import { type AppInput, namespaceOf, type WorkloadInput, workloadMeta } from '../workload/input.ts';
import { StepFailure } from './failure.ts';
import { carryOutCommand } from './steps/command.ts';
import { carryOutHttp, type HttpStep, type HttpSurroundings, type LookUp } from './steps/http.ts';

/** All that the steps after an app's start depend on. */
export interface PostStartInput {
  readonly input: AppInput;
  /** Its workloads as they run, in the definition's order. */
  readonly workloads: readonly WorkloadInput[];
  /** The uids of its volumes: on new ones, what was done is undone. */
  readonly volumes: readonly string[];
  /** Looks up a name of a template, as for the environment. */
  readonly lookUp: LookUp;
  /** The key of digests ({@link bindingHash}). */
  readonly digestKey: Buffer;
}

/** What carrying them out needs beside. */
export interface PostStartActions {
  readonly context: Pick<Context, 'read' | 'act' | 'reach' | 'signal'>;
  /**
   * Keeps captured values for good: all of this pass so far. It is called after each step that captures, before the
   * next one: an app often tells a key only once, and the next step may fail.
   */
  keep(captured: BindingData): Promise<unknown>;
}

/** What came of it. */
export interface PostStartResult {
  /** By name of a secret: all that was captured, and kept, in this pass. */
  readonly captured: Readonly<Record<string, string>>;
  /** For `status.configured`: while {@link postStartDigest} is equal, nothing is to be done. */
  readonly digest: string;
}

const TIMEOUT = 10_000;

const stepsOf = ({ definition }: AppInput): readonly PostStartStep[] =>
  definition.spec.configure?.postStart ?? [];

const nameOf = ({ app }: AppInput): string => `App ${namespaceOf(app)}/${app.metadata.name}`;

/**
 * Carries out an app's steps after its start, in their order. A second run changes nothing.
 * @throws Waiting (`Configuring`, `ConfigureFailed`) naming the step that it can't go past yet; Stalled
 * (`UnknownName`, `NoPort`, `NoWorkload`, `BadStep`) where the definition can't work. No sentence holds a value.
 */
export async function carryOutPostStart(
  given: PostStartInput,
  { context, keep }: PostStartActions,
): Promise<PostStartResult> {
  const { input, workloads, lookUp, digestKey } = given;
  const captured = new Map<string, string>();
  const lookUpAll: LookUp = (scope, field) =>
    (scope === 'secret' ? captured.get(field) : undefined) ?? lookUp(scope, field);
  for (const step of stepsOf(input)) {
    const workload = workloadOf(input, workloads, step);
    if (step.type === 'command') {
      await carryOutCommand(step, workload, digestKey, context);
      continue;
    }
    const found = await carryOutHttp(step, surroundings(input, workload, lookUpAll, step, context)).catch(
      (error: unknown) => stallOnMistake(input, step, error),
    );
    for (const [name, value] of Object.entries(found)) captured.set(name, value);
    if (Object.keys(found).length > 0) await keep(Object.fromEntries(captured));
  }
  return { captured: Object.fromEntries(captured), digest: digestOf(given) };
}

/**
 * A keyed digest of what the steps are to do, by which a pass sees that they were carried out. Undefined while
 * something that they capture isn't kept: then there is something to do, whatever was done before.
 * @throws Stalled (`UnknownName`) where a step uses a name without a value.
 */
export function postStartDigest(given: PostStartInput): string | undefined {
  const names = capturedNames(stepsOf(given.input));
  if (names.some((name) => given.lookUp('secret', name) === undefined)) return undefined;
  return digestOf(given);
}

const capturedNames = (steps: readonly PostStartStep[]): readonly string[] =>
  steps.flatMap((step) => (step.type === 'http' ? Object.keys(step.capture ?? {}) : []));

/** What is captured comes of the steps themselves, so it doesn't count: before and after, the digest is the same. */
function digestOf({ input, workloads, volumes, lookUp, digestKey }: PostStartInput): string {
  const steps = stepsOf(input);
  const names = new Set(capturedNames(steps));
  const given: LookUp = (scope, field) =>
    scope === 'secret' && names.has(field) ? '' : lookUp(scope, field);
  const rendered = steps.map((step) => {
    if (step.type === 'command') return [step, workloadOf(input, workloads, step).configHash];
    try {
      return renderStep(step, given);
    } catch (error) {
      return stallOnMistake(input, step, error);
    }
  });
  const data = { version: input.version, steps: JSON.stringify(rendered), volumes: volumes.join(' ') };
  return bindingHash(digestKey, data);
}

function renderStep(step: HttpStep, lookUp: LookUp): object {
  const headers = (templates: HttpStep['headers']) =>
    Object.entries(templates ?? {}).map(([name, value]) => [name, renderTemplate(value, lookUp)]);
  return {
    ...step,
    headers: headers(step.headers),
    body: step.body === undefined ? null : renderTemplate(step.body, lookUp),
    unless: step.unless ? { ...step.unless, headers: headers(step.unless.headers) } : null,
  };
}

function workloadOf(
  input: AppInput,
  workloads: readonly WorkloadInput[],
  step: PostStartStep,
): WorkloadInput {
  const found = workloads.find(({ workload, index }) =>
    step.workload === undefined ? index === 0 : workload.name === step.workload,
  );
  if (found) return found;
  throw new Stalled(
    'NoWorkload',
    `Step ${step.name} of ${nameOf(input)}: the definition has no workload ${step.workload ?? ''}.`,
  );
}

function surroundings(
  input: AppInput,
  workload: WorkloadInput,
  lookUp: LookUp,
  step: HttpStep,
  { reach, signal }: PostStartActions['context'],
): HttpSurroundings {
  const app = nameOf(input);
  return {
    app,
    lookUp,
    reach,
    signal,
    timeout: TIMEOUT,
    endpoint: (port) => endpointOf(workload, port, step, app),
  };
}

/** A port of the app's own Service, whatever the step says: it names no other host. */
function endpointOf(input: WorkloadInput, name: string | undefined, step: HttpStep, app: string): Endpoint {
  const { workload } = input;
  const port = workload.ports?.find((each) =>
    name === undefined ? each.protocol === 'HTTP' : each.name === name,
  );
  if (port === undefined) {
    throw new Stalled(
      'NoPort',
      `Step ${step.name} of ${app}: workload ${workload.name} has no ${name ? `port ${name}` : 'HTTP port'}.`,
    );
  }
  const service = { namespace: workloadMeta(input).namespace, name: workloadMeta(input).name };
  return { host: `${service.name}.${service.namespace}.svc.cluster.local`, port: port.port, service };
}

function stallOnMistake(input: AppInput, step: PostStartStep, error: unknown): never {
  if (error instanceof StepFailure) {
    throw new Stalled('BadStep', `Step ${step.name} of ${nameOf(input)}: ${error.message}.`);
  }
  if (!(error instanceof TemplateError)) throw error;
  throw new Stalled('UnknownName', `Step ${step.name} of ${nameOf(input)}: ${error.message}.`);
}
