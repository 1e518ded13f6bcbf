import type { PostStartStep } from '@hearth/domain';
import {
  type Context,
  type Immutable,
  type JobObject,
  Pod,
  type PodObject,
  type PodTemplate,
  Waiting,
} from '@hearth/runtime';
import { bindingHash } from '../../binding.ts';
import { appLabels, namespaceOf, type WorkloadInput, workloadSelector } from '../../workload/input.ts';
import { podTemplate } from '../../workload/pod.ts';

/** A step that runs a command in the app's own image. */
export type CommandStep = Extract<PostStartStep, { type: 'command' }>;

/** By which Kubernetes names the Job of a pod. */
export const jobLabel = 'batch.kubernetes.io/job-name';

/** A finished Job is there for people to look at; a failed one is tried again once it is gone. */
const KEPT_SECONDS = 600;
const LONGEST_SECONDS = 600;

/**
 * The Job of a command: the app's image, user, environment and volumes. Its name tells by a keyed digest what it
 * runs, so that the same command on the same configuration is the same Job.
 */
export function commandJob(input: WorkloadInput, step: CommandStep, digestKey: Buffer): JobObject {
  const { app } = input;
  const spec = {
    template: commandPod(input, step),
    backoffLimit: 2,
    activeDeadlineSeconds: LONGEST_SECONDS,
    ttlSecondsAfterFinished: KEPT_SECONDS,
  };
  const digest = bindingHash(digestKey, { app: app.metadata.name, job: JSON.stringify(spec) }).slice(0, 10);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      namespace: namespaceOf(app),
      // A Job's name is a label of its pods: at most 63 characters.
      name: `${app.metadata.name.slice(0, 36)}-${step.name}-${digest}`,
      labels: appLabels(app),
    },
    spec,
  };
}

function commandPod(input: WorkloadInput, { command }: CommandStep): PodTemplate {
  const { app, workload } = input;
  const { metadata, spec } = podTemplate({ ...input, preStart: false });
  const containers = spec.containers.map(({ name, image, imagePullPolicy, env, volumeMounts, ...own }) => ({
    name,
    ...(image ? { image } : {}),
    ...(imagePullPolicy ? { imagePullPolicy } : {}),
    command,
    ...(env ? { env } : {}),
    ...(volumeMounts ? { volumeMounts } : {}),
    // It is over soon: no room needs to be kept for it beside the app's own.
    resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: own.resources?.limits ?? {} },
    ...(own.securityContext ? { securityContext: own.securityContext } : {}),
  }));
  return {
    // Without the workload's label: its Service would send people's requests to this pod.
    metadata: { labels: appLabels(app), annotations: metadata?.annotations ?? {} },
    spec: {
      ...spec,
      containers,
      restartPolicy: 'Never',
      // A volume of the app can be mounted on one machine at a time.
      ...(workload.volumes?.length ? { affinity: besideWorkload(input) } : {}),
    },
  };
}

const besideWorkload = ({ app, workload }: WorkloadInput): object => ({
  podAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: [
      {
        labelSelector: { matchLabels: workloadSelector(app, workload) },
        topologyKey: 'kubernetes.io/hostname',
      },
    ],
  },
});

/** How far a command is. */
export type CommandState =
  | { readonly state: 'done' }
  | { readonly state: 'running' | 'failed'; readonly message: string };

/** Judges a Job from what Kubernetes says of it and of its pods, as the rest of a sentence on it. */
export function commandState(job: Immutable<JobObject>, pods: readonly Immutable<PodObject>[]): CommandState {
  const holds = (type: string) =>
    job.status?.conditions?.find((each) => each.type === type && each.status === 'True');
  if (holds('Complete')) return { state: 'done' };
  const statuses = pods.flatMap(({ status }) => status?.containerStatuses ?? []);
  const failed = holds('Failed');
  if (failed === undefined) {
    const waits = statuses.find(({ state }) => state?.waiting?.reason)?.state?.waiting?.reason;
    return {
      state: 'running',
      message: waits ? `its command waits to start (${waits})` : 'its command is running',
    };
  }
  const { namespace, name } = job.metadata;
  const ended = statuses.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0)?.state?.terminated;
  const how = ended
    ? `its command ended with exit code ${ended.exitCode} (${ended.reason ?? 'Error'})`
    : `its command failed (${failed.message ?? 'no reason given'})`;
  return { state: 'failed', message: `${how}; see kubectl logs -n ${namespace} job/${name}` };
}

/**
 * Runs a command step to its end, over as many passes as that takes.
 * @throws Waiting while it runs, and where it failed.
 */
export async function carryOutCommand(
  step: CommandStep,
  input: WorkloadInput,
  digestKey: Buffer,
  { read, act }: Pick<Context, 'read' | 'act'>,
): Promise<void> {
  const { app } = input;
  const { object: job } = await act.apply(commandJob(input, step, digestKey), { owner: app });
  const pods = read.list(Pod, {
    namespace: namespaceOf(app),
    labels: { [jobLabel]: job.metadata.name },
  });
  const found = commandState(job, pods);
  if (found.state === 'done') return;
  const reason = found.state === 'failed' ? 'ConfigureFailed' : 'Configuring';
  throw new Waiting(
    reason,
    `Step ${step.name} of App ${namespaceOf(app)}/${app.metadata.name}: ${found.message}.`,
  );
}
