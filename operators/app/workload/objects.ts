import type {
  DeploymentObject,
  PodDisruptionBudgetObject,
  ServiceAccountObject,
  ServiceObject,
  StatefulSetObject,
} from '@hearth/runtime';
import {
  type AppInput,
  appLabels,
  namespaceOf,
  type WorkloadInput,
  workloadMeta,
  workloadSelector,
} from './input.ts';
import { podTemplate } from './pod.ts';

/** The pods of a workload, as the controller of Kubernetes that keeps them. */
export function workloadObject(input: WorkloadInput): DeploymentObject | StatefulSetObject {
  const { app, workload } = input;
  const common = { selector: { matchLabels: workloadSelector(app, workload) }, template: podTemplate(input) };
  // A StatefulSet never runs two pods on one volume, not even when a machine is lost; a Deployment may.
  if (workload.volumes?.length) {
    return {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: workloadMeta(input),
      spec: {
        ...common,
        replicas: 1,
        serviceName: workloadMeta(input).name,
        // With OrderedReady, a pod that never became ready is not replaced by a better one (kubernetes#67250).
        podManagementPolicy: 'Parallel',
        revisionHistoryLimit: 3,
      },
    };
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: workloadMeta(input),
    spec: {
      ...common,
      replicas: workload.replicas,
      revisionHistoryLimit: 3,
      // Without a probe, a container counts as up once it has stayed so for a while.
      ...(workload.probes?.ready?.path || workload.probes?.ready?.port ? {} : { minReadySeconds: 5 }),
    },
  };
}

/** The name by which others in the cluster reach a workload; none where it has no ports. */
export function serviceObject(input: WorkloadInput): ServiceObject | undefined {
  const { app, workload } = input;
  const ports = workload.ports ?? [];
  if (ports.length === 0) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: workloadMeta(input),
    spec: {
      selector: workloadSelector(app, workload),
      ports: ports.map(({ name, port, protocol }) => ({
        name,
        port,
        targetPort: name,
        protocol: protocol === 'UDP' ? 'UDP' : 'TCP',
        ...(protocol === 'HTTP' ? { appProtocol: 'http' } : {}),
      })),
    },
  };
}

/** Lets a machine be emptied without all pods of a workload going at once; for one pod it would only forbid it. */
export function disruptionBudget(input: WorkloadInput): PodDisruptionBudgetObject | undefined {
  const { app, workload } = input;
  if (workload.replicas < 2 || workload.volumes?.length) return undefined;
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: workloadMeta(input),
    spec: { maxUnavailable: 1, selector: { matchLabels: workloadSelector(app, workload) } },
  };
}

/** The identity of an App's pods: without rights and without a token. */
export function serviceAccount({ app }: Pick<AppInput, 'app'>): ServiceAccountObject {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace: namespaceOf(app), name: app.metadata.name, labels: appLabels(app) },
    automountServiceAccountToken: false,
  };
}
