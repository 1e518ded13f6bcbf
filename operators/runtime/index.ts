export type { Clock } from './clock.ts';
export type {
  Act,
  Applied,
  ApplyOptions,
  Context,
  Controller,
  DeleteOptions,
  Index,
  JsonPatchOperation,
  ListFilter,
  Mapped,
  Patch,
  Read,
  Watched,
} from './controller.ts';
export { indexed, mapped } from './controller.ts';
export * from './kinds/core.ts';
export type * from './kinds/meta.ts';
export * from './kinds/network.ts';
export type * from './kinds/pod.ts';
export * from './kinds/system.ts';
export * from './kinds/workloads.ts';
export type { Logger } from './log.ts';
export type { ConditionIntent, Outcome, OutcomeDetail } from './outcome.ts';
export { ready, Stalled, stalled, Waiting, waiting } from './outcome.ts';
export type { Address, Reach } from './reach.ts';
export type { Immutable, Key, Kind, ObjectMeta, ObjectOf, OwnerReference, Resource } from './resource.ts';
export { keyOf, keyText } from './resource.ts';
