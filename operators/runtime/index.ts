export { type Clock, pause, systemClock, within } from './clock.ts';
export type { ClusterConfig, Credentials } from './cluster/cluster.ts';
export {
  ApiError,
  isAlreadyExists,
  isConflict,
  isFailedTest,
  isNotFound,
  LeaseEnded,
  Unreachable,
} from './cluster/errors.ts';
export { type LoadOptions, loadCluster } from './cluster/load.ts';
export {
  type ApiRequest,
  createTransport,
  type Transport,
  type TransportOptions,
} from './cluster/transport.ts';
export type {
  Act,
  Applied,
  ApplyOptions,
  Context,
  Controller,
  DeleteOptions,
  Follower,
  Index,
  JsonPatchOperation,
  LabelIndex,
  ListFilter,
  Mapped,
  ObjectGauge,
  Patch,
  Read,
  Waking,
  Watched,
} from './controller.ts';
export { followed, indexed, labelled, mapped, measured, owned, specOf } from './controller.ts';
export * from './kinds/core.ts';
export type * from './kinds/meta.ts';
export * from './kinds/network.ts';
export type * from './kinds/pod.ts';
export * from './kinds/system.ts';
export * from './kinds/workloads.ts';
export { createLogger, type Logger, safeMessage } from './log.ts';
export { createManager, type Manager, type ManagerOptions } from './manager.ts';
export type { ConditionIntent, Outcome, OutcomeDetail } from './outcome.ts';
export { ready, Stalled, stalled, Waiting, waiting } from './outcome.ts';
export { OWNER_ANNOTATION, OWNER_LABEL } from './ownership.ts';
export { type Address, createReach, type Reach, type Reaching } from './reach.ts';
export type { Immutable, Key, Kind, ObjectMeta, ObjectOf, OwnerReference, Resource } from './resource.ts';
export { compareVersions, controllerOf, keyOf, keyText, parseKey, resourcePath } from './resource.ts';
