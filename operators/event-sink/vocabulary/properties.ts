import { kinds } from '@hearth/domain';
import type { Shape, ValueType } from './shape.ts';
import { shapeOf } from './shape.ts';
import { activityTerms, edges, entryTerms, metadataTerms } from './terms.ts';

/** What a value of a property can be: of a datatype, a node, a sequence; `any` where it can be a value of any type. */
type Range = ValueType | 'node' | 'sequence' | 'any';

/** What is known of a property: one name has one meaning for each place where it stands. */
export interface Property {
  readonly name: string;
  /** In the order in which the kinds have it. */
  readonly comments: ReadonlySet<string>;
  /** Kinds whose spec or status has it, at any depth. */
  readonly kinds: ReadonlySet<string>;
  readonly ranges: ReadonlySet<Range>;
  /** It leads to another resource. */
  readonly isEdge: boolean;
}

interface Use {
  readonly name: string;
  readonly comment: string | undefined;
  readonly kind?: string;
  readonly range: Range;
}

/** Every property that the graph of a home can have, by name. */
export function properties(): readonly Property[] {
  const uses = [...ownUses(), ...kinds.flatMap(usesOfKind)];
  const byName = Map.groupBy(uses, ({ name }) => name);
  return [...byName]
    .map(([name, all]) => ({
      name,
      comments: new Set(all.flatMap(({ comment }) => comment ?? [])),
      kinds: new Set(all.flatMap(({ kind }) => kind ?? [])),
      ranges: new Set(all.map(({ range }) => range)),
      isEdge: name in edges,
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function ownUses(): Use[] {
  const terms: readonly (readonly [
    string,
    { readonly comment: string; readonly datatype?: ValueType | undefined },
  ])[] = [metadataTerms, entryTerms, activityTerms].flatMap((table) => Object.entries(table));
  return [
    ...Object.entries(edges).map(([name, comment]): Use => ({ name, comment, range: 'node' })),
    ...terms.map(
      ([name, { comment, datatype }]): Use => ({
        name,
        comment,
        range: name === 'value' ? 'any' : (datatype ?? 'node'),
      }),
    ),
  ];
}

function usesOfKind({ kind, spec, status }: (typeof kinds)[number]): Use[] {
  return [spec, status].flatMap((part) => usesIn(shapeOf(part), kind));
}

function usesIn(shape: Shape, kind: string): Use[] {
  switch (shape.is) {
    case 'object':
      return [...shape.fields].flatMap(([name, field]) => [
        { name, comment: field.description, kind, range: rangeOf(field) },
        ...usesIn(field, kind),
      ]);
    case 'map':
      return usesIn(shape.values, kind);
    case 'set':
    case 'sequence':
      return usesIn(shape.items, kind);
    case 'value':
      return [];
  }
}

function rangeOf(shape: Shape): Range {
  if (shape.is === 'value') return shape.datatype ?? 'any';
  if (shape.is === 'set') return rangeOf(shape.items);
  return shape.is === 'sequence' ? 'sequence' : 'node';
}
