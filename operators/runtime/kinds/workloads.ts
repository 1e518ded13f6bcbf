import type { Kind, Resource } from '../resource.ts';
import type { LabelSelector } from './meta.ts';
import type { PodTemplate, VolumeClaimTemplate } from './pod.ts';

/** The part of a workload's status that says how far a rollout is. */
export interface WorkloadStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  readonly updatedReplicas?: number;
  readonly availableReplicas?: number;
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason?: string;
    readonly message?: string;
  }[];
}

/** Pods that are all the same, and replaced bit by bit. */
export interface DeploymentObject extends Resource {
  readonly spec?: {
    readonly replicas?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly strategy?: { readonly type?: string; readonly rollingUpdate?: object };
    readonly minReadySeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly progressDeadlineSeconds?: number;
  };
  readonly status?: WorkloadStatus;
}
/** Deployments. */
export const Deployment: Kind<DeploymentObject> = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};

/** Pods with a name and storage of their own. */
export interface StatefulSetObject extends Resource {
  readonly spec?: {
    readonly replicas?: number;
    readonly serviceName?: string;
    readonly selector: LabelSelector;
    readonly template: PodTemplate;
    readonly volumeClaimTemplates?: readonly VolumeClaimTemplate[];
    readonly podManagementPolicy?: string;
    readonly updateStrategy?: object;
    readonly minReadySeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly persistentVolumeClaimRetentionPolicy?: {
      readonly whenDeleted?: string;
      readonly whenScaled?: string;
    };
  };
  readonly status?: WorkloadStatus & { readonly currentRevision?: string; readonly updateRevision?: string };
}
/** StatefulSets. */
export const StatefulSet: Kind<StatefulSetObject> = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  namespaced: true,
};

/** Pods that run to their end. */
export interface JobObject extends Resource {
  readonly spec?: {
    readonly template: PodTemplate;
    readonly backoffLimit?: number;
    readonly activeDeadlineSeconds?: number;
    readonly ttlSecondsAfterFinished?: number;
  };
  readonly status?: {
    readonly succeeded?: number;
    readonly failed?: number;
    readonly active?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}
/** Jobs. */
export const Job: Kind<JobObject> = { apiVersion: 'batch/v1', kind: 'Job', plural: 'jobs', namespaced: true };

/** How many pods may be missing when nodes are drained. */
export interface PodDisruptionBudgetObject extends Resource {
  readonly spec?: {
    readonly selector?: LabelSelector;
    readonly minAvailable?: number | string;
    readonly maxUnavailable?: number | string;
  };
}
/** PodDisruptionBudgets. */
export const PodDisruptionBudget: Kind<PodDisruptionBudgetObject> = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  namespaced: true,
};
