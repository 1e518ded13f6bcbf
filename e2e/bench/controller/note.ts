import type { Condition, Kind, Resource } from '@hearth/runtime';

/** What the bench's controllers reconcile: it wants a ConfigMap of its own name, with its text in it. */
export interface NoteObject extends Resource {
  readonly spec: { readonly text: string };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}
export const Note: Kind<NoteObject> = {
  apiVersion: 'bench.hearth.dev/v1',
  kind: 'Note',
  plural: 'notes',
  namespaced: true,
};

/** Where all Notes are. */
export const NAMESPACE = 'default';

/** How many objects each contender works on at a time, and how many requests the ceiling has in flight. */
export const WORKERS = 16;

/** A Note as a person would apply it. */
export function noteCalled(name: string): NoteObject {
  const { apiVersion, kind } = Note;
  return { apiVersion, kind, metadata: { name, namespace: NAMESPACE }, spec: { text: `This is ${name}.` } };
}

/** The ConfigMap that a Note wants, without its owner. */
export function configMapOf(note: Pick<NoteObject, 'metadata' | 'spec'>) {
  const { name, namespace } = note.metadata;
  const data = { text: note.spec.text };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

const condition = {
  type: 'object',
  required: ['type'],
  properties: {
    type: { type: 'string' },
    status: { type: 'string' },
    reason: { type: 'string' },
    message: { type: 'string' },
    lastTransitionTime: { type: 'string', format: 'date-time' },
    observedGeneration: { type: 'integer' },
  },
};

const status = {
  type: 'object',
  properties: {
    observedGeneration: { type: 'integer' },
    conditions: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: condition,
    },
  },
};

/** What makes an API server know Notes. */
export const noteDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'notes.bench.hearth.dev' },
  spec: {
    group: 'bench.hearth.dev',
    names: { kind: Note.kind, plural: Note.plural },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { text: { type: 'string' } } }, status },
          },
        },
      },
    ],
  },
};
