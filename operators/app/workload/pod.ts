import type { AppDefinition, Workload } from '@hearth/domain';
import type { Container, EnvVar, PodTemplate, Probe, SecurityContext, Volume } from '@hearth/runtime';
import { annotations, authorityDirectory, authorityMap, environmentSecretName } from '../names.ts';
import { overriddenImage } from './image.ts';
import { type AppInput, appLabels, type WorkloadInput, workloadSelector } from './input.ts';
import { claimOf } from './volume.ts';

/** The key of the environment Secret under which a workload's variable stands. */
export const environmentKey = (workload: string, variable: string): string => `${workload}.${variable}`;

/** The key of the environment Secret under which a workload's steps before its start stand. */
export const preStartKey = (workload: string): string => `${workload}..steps.json`;

/** The pods of a workload. No value of the environment stands in it: a template can be read by more people than a Secret. */
export function podTemplate(input: WorkloadInput): PodTemplate {
  const { app, definition, workload, configHash, preStart } = input;
  return {
    metadata: {
      labels: { ...appLabels(app), ...workloadSelector(app, workload) },
      annotations: { [annotations.configHash]: configHash },
    },
    spec: {
      automountServiceAccountToken: false,
      serviceAccountName: app.metadata.name,
      // The variables that Kubernetes makes of every Service are many, unasked for, and collide with apps' own.
      enableServiceLinks: false,
      affinity: onArchitectures(definition),
      ...(workload.network === 'host' ? { hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' } : {}),
      securityContext: podSecurity(workload),
      ...(preStart ? { initContainers: [configurator(input)] } : {}),
      containers: [container(input)],
      volumes: volumes(input),
    },
  };
}

/** Keeps a pod off machines that its image is not made for: there it would only crash. */
const onArchitectures = ({ spec }: AppDefinition): object => ({
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: spec.architectures }] },
      ],
    },
  },
});

/** The image of a workload, before the home's overrides. */
function imageOf({ definition, version }: AppInput, workload: Workload): string {
  const images = definition.spec.versions.find((each) => each.version === version)?.images ?? {};
  return images[workload.image ?? workload.name] ?? '';
}

function container(input: WorkloadInput): Container {
  const { workload, home } = input;
  const { resources } = workload;
  return {
    name: workload.name,
    image: overriddenImage(imageOf(input, workload), home),
    imagePullPolicy: 'IfNotPresent',
    ...(workload.command ? { command: workload.command } : {}),
    ...(workload.args ? { args: workload.args } : {}),
    env: environment(input),
    ports: (workload.ports ?? []).map(({ name, port, protocol }) => ({
      name,
      containerPort: port,
      protocol: protocol === 'UDP' ? 'UDP' : 'TCP',
    })),
    volumeMounts: [...dataMounts(workload), ...scratchMounts(workload), authorityMount],
    resources: {
      requests: {
        ...(resources?.cpu ? { cpu: resources.cpu } : {}),
        ...(resources?.memory ? { memory: resources.memory } : {}),
      },
      limits: resources?.memory ? { memory: resources.memory } : {},
    },
    securityContext: containerSecurity(workload),
    ...probes(workload),
  };
}

function environment({ app, workload, environment }: WorkloadInput): EnvVar[] {
  return environment.map((name) => ({
    name,
    valueFrom: {
      secretKeyRef: {
        name: environmentSecretName(app.metadata.name),
        key: environmentKey(workload.name, name),
      },
    },
  }));
}

/** Hearth's own image, as the app's user, on the app's volumes: makes sure of directories, files and keys. */
function configurator({ workload, hearthImage }: WorkloadInput): Container {
  return {
    name: 'hearth-configure',
    image: hearthImage,
    imagePullPolicy: 'IfNotPresent',
    command: ['node', 'operators/app/configure/main.ts', '/hearth/steps.json'],
    volumeMounts: [...dataMounts(workload), { name: 'hearth-steps', mountPath: '/hearth', readOnly: true }],
    resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    securityContext: { ...containerSecurity(workload), readOnlyRootFilesystem: true },
  };
}

function volumes({ app, workload, preStart }: WorkloadInput): Volume[] {
  return [
    ...(workload.volumes ?? []).map(({ name }) => ({
      name,
      persistentVolumeClaim: { claimName: claimOf(app, name) },
    })),
    ...(workload.scratch ?? []).map((_, index) => ({ name: `scratch-${index}`, emptyDir: {} })),
    ...(preStart ? [stepsVolume(app.metadata.name, workload)] : []),
    // It may come later: an app that calls no other can do without, and so can a home without an authority.
    { name: 'hearth-ca', configMap: { name: authorityMap, optional: true } },
  ];
}

const stepsVolume = (app: string, workload: Workload): Volume => ({
  name: 'hearth-steps',
  secret: {
    secretName: environmentSecretName(app),
    items: [{ key: preStartKey(workload.name), path: 'steps.json' }],
    defaultMode: 0o440,
  },
});

/** Whom to trust when an app calls another by its address: the Home keeps it in each namespace. */
const authorityMount = { name: 'hearth-ca', mountPath: authorityDirectory, readOnly: true };

const dataMounts = (workload: Workload) =>
  (workload.volumes ?? []).map(({ name, path }) => ({ name, mountPath: path }));

const scratchMounts = (workload: Workload) =>
  (workload.scratch ?? []).map((path, index) => ({ name: `scratch-${index}`, mountPath: path }));

function podSecurity({ security }: Workload): NonNullable<PodTemplate['spec']['securityContext']> {
  return {
    runAsUser: security.runAsUser,
    runAsGroup: security.runAsGroup,
    fsGroup: security.runAsGroup,
    fsGroupChangePolicy: 'OnRootMismatch',
    ...(security.runAsUser === 0 ? {} : { runAsNonRoot: true }),
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

function containerSecurity({ security }: Workload): SecurityContext {
  return {
    readOnlyRootFilesystem: security.readOnlyRoot,
    ...(security.level === 'restricted'
      ? { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
      : {}),
  };
}

/**
 * Only a start is waited for, and traffic held back from what isn't ready: nothing is killed for being slow,
 * since a restart seldom mends a home's app and often loses what it was doing.
 */
function probes(workload: Workload): Pick<Container, 'startupProbe' | 'readinessProbe'> {
  const action = probeAction(workload);
  const ready = workload.probes?.ready;
  if (action === undefined || ready === undefined) return {};
  return {
    startupProbe: {
      ...action,
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: seconds(ready.timeout),
    },
    readinessProbe: { ...action, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
  };
}

function probeAction(workload: Workload): Probe | undefined {
  const ready = workload.probes?.ready;
  if (ready === undefined) return undefined;
  const port =
    ready.port ?? (ready.path == null ? undefined : workload.ports?.find((p) => p.protocol === 'HTTP')?.name);
  if (port === undefined) return undefined;
  // The kubelet takes any status from 200 to 399 for healthy and can't be told of others; to run a command that can, the
  // image would have to hold one. So where the definition allows others, only the connection is tried here.
  const kubeletAgrees = ready.ok.every((status) => status >= 200 && status < 400);
  return ready.path != null && kubeletAgrees
    ? { httpGet: { path: ready.path, port } }
    : { tcpSocket: { port } };
}

/** A duration as the schemas write it, in seconds. */
function seconds(duration: string): number {
  const unit = { s: 1, m: 60, h: 3600 }[duration.at(-1) ?? 's'] ?? 1;
  return Number(duration.slice(0, -1)) * unit;
}
