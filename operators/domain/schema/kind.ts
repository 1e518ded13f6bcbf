import type { z } from 'zod';
import type { Immutable } from './immutable.ts';
import type { Rule } from './rule.ts';

/** A column that `kubectl get` prints. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  /** JSONPath within the object, `.status.url`. */
  readonly path: string;
  readonly description: string;
  /** Columns of priority 1 show only with `-o wide`. */
  readonly priority?: 0 | 1;
}

/** What Kubernetes keeps about every object; only what Hearth reads or writes is named. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
}

/** An object of one of Hearth's kinds, as the API server serves it: defaults filled in. */
export interface HearthResource<Spec = unknown, Status = unknown> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: Spec;
  readonly status?: Status;
}

/**
 * Everything that is known of a kind, in one place: the API server's CustomResourceDefinition, the
 * TypeScript type and the reference documentation all come from it.
 */
export interface KindDefinition<
  Spec extends z.ZodObject = z.ZodObject,
  Status extends z.ZodObject = z.ZodObject,
> {
  /** `GROUP/VERSION`, as it stands in a manifest. */
  readonly apiVersion: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly namespaced: boolean;
  readonly description: string;
  readonly spec: Spec;
  readonly status: Status;
  readonly columns: readonly Column[];
  /** Rules over the whole object (they see `self.metadata.name`). */
  readonly rules: readonly Rule[];
  /** Never set; carries the type of the kind's objects. */
  readonly resource?: HearthResource<Immutable<z.infer<Spec>>, Immutable<z.infer<Status>>>;
}

/** The type of a kind's objects. */
export type ResourceOf<K> =
  K extends KindDefinition<infer Spec, infer Status>
    ? HearthResource<Immutable<z.infer<Spec>>, Immutable<z.infer<Status>>>
    : never;

/** Describes a kind; fills in what follows from the rest. */
export function defineKind<Spec extends z.ZodObject, Status extends z.ZodObject>(
  definition: Omit<
    KindDefinition<Spec, Status>,
    'apiVersion' | 'version' | 'singular' | 'rules' | 'resource'
  > & {
    readonly rules?: readonly Rule[];
  },
): KindDefinition<Spec, Status> {
  const version = 'v1alpha1';
  return {
    rules: [],
    ...definition,
    version,
    apiVersion: `${definition.group}/${version}`,
    singular: definition.kind.toLowerCase(),
  };
}
