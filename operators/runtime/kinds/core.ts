import type { Kind, Resource } from '../resource.ts';
import type { PersistentVolumeClaimSpec, PodSpec } from './pod.ts';

/** Data that is not for every eye. `data` is base64; `stringData` is write-only. */
export interface SecretObject extends Resource {
  readonly type?: string;
  readonly immutable?: boolean;
  readonly data?: { readonly [key: string]: string };
  readonly stringData?: { readonly [key: string]: string };
}
/** Secrets. */
export const Secret: Kind<SecretObject> = {
  apiVersion: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  namespaced: true,
};

/** Data that anybody may see who may see the namespace. */
export interface ConfigMapObject extends Resource {
  readonly immutable?: boolean;
  readonly data?: { readonly [key: string]: string };
  readonly binaryData?: { readonly [key: string]: string };
}
/** ConfigMaps. */
export const ConfigMap: Kind<ConfigMapObject> = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

/** A port of a Service, and where it leads. */
export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}
/** A name and an address in front of pods. */
export interface ServiceObject extends Resource {
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly externalName?: string;
    readonly selector?: { readonly [key: string]: string };
    readonly ports?: readonly ServicePort[];
    readonly publishNotReadyAddresses?: boolean;
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
  };
}
/** Services. */
export const Service: Kind<ServiceObject> = {
  apiVersion: 'v1',
  kind: 'Service',
  plural: 'services',
  namespaced: true,
};

/** Who a pod is to the API server. */
export interface ServiceAccountObject extends Resource {
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly { readonly name: string }[];
}
/** ServiceAccounts. */
export const ServiceAccount: Kind<ServiceAccountObject> = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
};

/** A wish for storage. */
export interface PersistentVolumeClaimObject extends Resource {
  readonly spec?: PersistentVolumeClaimSpec;
  readonly status?: { readonly phase?: string; readonly capacity?: { readonly [resource: string]: string } };
}
/** PersistentVolumeClaims. */
export const PersistentVolumeClaim: Kind<PersistentVolumeClaimObject> = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  namespaced: true,
};

/** How a container of a pod fares. */
export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly image?: string;
  readonly imageID?: string;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: { readonly startedAt?: string };
    readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
  };
}
/** Containers that run together on a node. */
export interface PodObject extends Resource {
  readonly spec?: PodSpec;
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly podIP?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}
/** Pods. */
export const Pod: Kind<PodObject> = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };

/** What separates names, access and quotas. */
export interface NamespaceObject extends Resource {
  readonly status?: { readonly phase?: string };
}
/** Namespaces; cluster-scoped. */
export const Namespace: Kind<NamespaceObject> = {
  apiVersion: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};

/** A machine that runs pods. */
export interface NodeObject extends Resource {
  readonly spec?: { readonly unschedulable?: boolean };
  readonly status?: {
    readonly capacity?: { readonly [resource: string]: string };
    readonly allocatable?: { readonly [resource: string]: string };
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly nodeInfo?: { readonly architecture: string; readonly kubeletVersion: string };
  };
}
/** Nodes; cluster-scoped. */
export const Node: Kind<NodeObject> = { apiVersion: 'v1', kind: 'Node', plural: 'nodes', namespaced: false };
