import type { Column, KindDefinition } from '@hearth/domain';
import { jsonSchemaOf } from './json-schema.ts';
import type { Structural } from './schema.ts';
import { structural } from './structural.ts';

/** A CustomResourceDefinition of apiextensions.k8s.io/v1, as far as Hearth writes one. */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced' | 'Cluster';
    readonly names: Readonly<Record<string, string | readonly string[]>>;
    readonly versions: readonly object[];
  };
}

/** The CustomResourceDefinition of a kind. */
export function customResourceDefinition(kind: KindDefinition): CustomResourceDefinition {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${kind.group}` },
    spec: {
      group: kind.group,
      scope: kind.namespaced ? 'Namespaced' : 'Cluster',
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.singular,
        ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
        categories: ['hearth'],
      },
      versions: [
        {
          name: kind.version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [...kind.columns.map(printerColumn), age],
          schema: { openAPIV3Schema: objectSchema(kind) },
        },
      ],
    },
  };
}

function printerColumn({ path, ...column }: Column): object {
  return { ...column, jsonPath: path };
}

const age = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'When it was made.',
};

function objectSchema(kind: KindDefinition): Structural {
  const status = structural(jsonSchemaOf(kind.status), 'status');
  return {
    type: 'object',
    description: kind.description,
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string', description: `Always ${kind.apiVersion}.` },
      kind: { type: 'string', description: `Always ${kind.kind}.` },
      // Rules may blame the name only where the schema knows of it.
      metadata: { type: 'object', properties: { name: { type: 'string' } } },
      spec: { description: 'What is wanted.', ...structural(jsonSchemaOf(kind.spec), 'spec') },
      // At the top level: a default further down does not make the status appear, and kstatus takes a
      // resource without observedGeneration for one that needs no controller.
      status: { description: 'What is.', ...status, default: { observedGeneration: -1 } },
    },
    ...(kind.rules.length > 0 && { 'x-kubernetes-validations': kind.rules }),
  };
}
