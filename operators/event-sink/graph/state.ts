import { type EventResource, kinds } from '@hearth/domain';
import { type Iris, isOfSuite } from '../vocabulary/iris.ts';
import { RDF } from '../vocabulary/namespaces.ts';
import { type Shape, shapeOf } from '../vocabulary/shape.ts';
import type { TermName } from '../vocabulary/terms.ts';
import { edgesOf } from './edges.ts';
import { type Fields, fieldTriples, isFields, isScalar, partOf } from './fields.ts';
import { dateTime, literal, plain } from './literal.ts';
import { inGraph, iri, type Quad, type Term, type Triple } from './quad.ts';

/** The parts of an object of a kind that the suite has a schema for. */
interface KindShape {
  readonly spec: Shape;
  readonly status: Shape;
}

const shapes = new Map<string, KindShape>(
  kinds.map(({ kind, group, spec, status }) => [
    `${kind}.${group}`,
    { spec: shapeOf(spec), status: shapeOf(status) },
  ]),
);

/** Every kind writes conditions alike (KEP-1623), so what is known of an App's goes for a Pod's. */
const conditionShape = conditionsOf(shapes.values().next().value);

/**
 * What a resource's state says, in the graph at its own IRI. Of a kind of the suite everything; of what Kubernetes and
 * others bring, how it belongs to the rest and how it is: the plain fields, and its conditions. The whole of it is in
 * the log.
 */
export function stateQuads(resource: EventResource, object: Fields, iris: Iris): Quad[] {
  const self = iris.resource(resource);
  const shape = shapes.get(`${resource.kind}.${resource.group}`);
  return inGraph(self, [
    { subject: self, predicate: `${RDF}type`, object: iri(iris.kind(resource)) },
    ...metadataTriples(self, resource, object.metadata, iris),
    ...(shape === undefined && !isOfSuite(resource.group)
      ? plainTriples(self, object, iris)
      : partTriples(self, object, shape, iris)),
    ...edgesOf(resource, object).map(({ from, edge, to }) => ({
      subject: iris.resource(from),
      predicate: iris.term(edge),
      object: iri(iris.resource(to)),
    })),
  ]);
}

function metadataTriples(self: string, resource: EventResource, metadata: unknown, iris: Iris): Triple[] {
  const meta = isFields(metadata) ? metadata : {};
  const said = (name: TermName, value: unknown, as: (value: string) => Term = plain): Triple[] =>
    isScalar(value)
      ? [
          {
            subject: self,
            predicate: iris.term(name),
            object: typeof value === 'string' ? as(value) : literal(value),
          },
        ]
      : [];
  return [
    ...said('name', resource.name),
    ...said('namespace', resource.namespace),
    ...said('uid', resource.uid),
    ...said('generation', meta.generation),
    ...said('created', meta.creationTimestamp, dateTime),
    ...said('deletionRequested', meta.deletionTimestamp, dateTime),
    ...listOf(meta.finalizers).flatMap((finalizer) => said('finalizer', finalizer)),
    ...entriesOf(meta.labels).flatMap(([key, value]) => said('label', `${key}=${String(value)}`)),
  ];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const entriesOf = (value: unknown): [string, unknown][] => (isFields(value) ? Object.entries(value) : []);

/** Spec and status with all that is in them. */
function partTriples(self: string, object: Fields, shape: KindShape | undefined, iris: Iris): Triple[] {
  return (['spec', 'status'] as const).flatMap((part) => {
    const value = object[part];
    if (!isFields(value)) return [];
    const conditions = part === 'status' ? conditionTriples(partOf(self, part), value, iris) : [];
    return [
      ...linked(self, part, fieldTriples(partOf(self, part), value, shape?.[part], iris), iris),
      ...conditions,
    ];
  });
}

/** Plain fields of the object, its spec and its status, and conditions. */
function plainTriples(self: string, object: Fields, iris: Iris): Triple[] {
  const { apiVersion, kind, ...rest } = object;
  const status = isFields(object.status) ? object.status : {};
  const node = partOf(self, 'status');
  const conditions = fieldTriples(node, only(status, 'conditions'), conditionShape, iris);
  return [
    ...fieldTriples(self, plainFields(rest), undefined, iris),
    ...linked(
      self,
      'spec',
      fieldTriples(partOf(self, 'spec'), plainFields(object.spec), undefined, iris),
      iris,
    ),
    ...linked(
      self,
      'status',
      [...fieldTriples(node, plainFields(status), undefined, iris), ...conditions],
      iris,
    ),
    ...conditionTriples(node, status, iris),
  ];
}

/** A field whose name can be that of a property. */
const property = /^[A-Za-z][A-Za-z0-9]*$/;

const plainFields = (value: unknown): Fields =>
  Object.fromEntries(entriesOf(value).filter(([name, field]) => isScalar(field) && property.test(name)));

const only = (object: Fields, name: string): Fields =>
  Array.isArray(object[name]) ? { [name]: object[name] } : {};

/** The part is named only if there is something to say of it. */
function linked(self: string, part: 'spec' | 'status', triples: readonly Triple[], iris: Iris): Triple[] {
  if (triples.length === 0) return [];
  return [{ subject: self, predicate: iris.term(part), object: iri(partOf(self, part)) }, ...triples];
}

/** Says which nodes are conditions. */
function conditionTriples(status: string, { conditions }: Fields, iris: Iris): Triple[] {
  return listOf(conditions).flatMap((condition) =>
    isFields(condition) && isScalar(condition.type)
      ? [
          {
            subject: partOf(partOf(status, 'conditions'), String(condition.type)),
            predicate: `${RDF}type`,
            object: iri(iris.term('Condition')),
          },
        ]
      : [],
  );
}

function conditionsOf(kind: KindShape | undefined): Shape {
  const conditions = kind?.status.is === 'object' ? kind.status.fields.get('conditions') : undefined;
  if (conditions === undefined) throw new Error('no kind of the suite has conditions');
  return { is: 'object', fields: new Map([['conditions', conditions]]) };
}
