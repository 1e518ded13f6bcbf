import type { Attributes, Content, Entries, Tree } from './entries.ts';

/** One step towards what a directory is to hold; doing it again changes nothing. */
export type Step =
  | { readonly do: 'remove'; readonly dn: string }
  /** Attributes without values go. */
  | { readonly do: 'replace'; readonly dn: string; readonly attributes: Attributes }
  | { readonly do: 'add'; readonly dn: string; readonly attributes: Attributes };

/** What a directory lacks. */
export interface Difference {
  /** What takes something away from somebody comes first. */
  readonly steps: readonly Step[];
  /** DNs that somebody else’s entries have: they are left alone, and ours can’t be. */
  readonly taken: readonly string[];
  /** What the directory holds when all steps are taken. */
  readonly result: Content;
}

/** What it takes to bring what a directory holds to what it is to hold. Only entries with our mark are changed. */
export function difference(wanted: Content, observed: Content, tree: Tree, mark: string): Difference {
  const people = differenceOf(wanted.people, observed.people, tree.personDN, mark);
  const groups = differenceOf(wanted.groups, observed.groups, tree.groupDN, mark);
  const of = (parts: readonly Part[], kind: Step['do']) =>
    parts.flatMap(({ steps }) => steps.filter((step) => step.do === kind));
  return {
    steps: [
      ...of([people], 'remove'),
      ...of([people], 'replace'),
      ...of([groups], 'remove'),
      ...of([groups], 'replace'),
      ...of([people, groups], 'add'),
    ],
    taken: [...people.taken, ...groups.taken],
    result: { people: people.result, groups: groups.result },
  };
}

/** The same of one kind of entries. */
interface Part {
  readonly steps: readonly Step[];
  readonly taken: readonly string[];
  readonly result: Entries;
}

function differenceOf(
  wanted: Entries,
  observed: Entries,
  dnOf: (name: string) => string,
  mark: string,
): Part {
  const ours = (attributes: Attributes | undefined) => attributes?.description?.includes(mark) === true;
  const others = [...observed].filter(([, entry]) => !ours(entry));
  const removed = [...observed].filter(([name, entry]) => !wanted.has(name) && ours(entry));
  const taken = [...wanted.keys()].filter((name) => observed.has(name) && !ours(observed.get(name)));
  const kept = [...wanted].filter(([name]) => !taken.includes(name));
  return {
    taken: taken.map(dnOf),
    result: new Map([...kept, ...others]),
    steps: [
      ...removed.map(([name]): Step => ({ do: 'remove', dn: dnOf(name) })),
      ...kept.flatMap(([name, attributes]) => stepTo(dnOf(name), attributes, observed.get(name))),
    ],
  };
}

function stepTo(dn: string, wanted: Attributes, observed: Attributes | undefined): Step[] {
  if (observed === undefined) {
    const present = Object.entries(wanted).filter(([, values]) => values.length > 0);
    return [{ do: 'add', dn, attributes: Object.fromEntries(present) }];
  }
  // What kind of entry it is was said when it was made, and what it is called stands in its DN.
  const changed = Object.entries(wanted).filter(
    ([attribute, values]) => attribute !== 'objectClass' && !isSame(values, observed[attribute] ?? []),
  );
  return changed.length === 0 ? [] : [{ do: 'replace', dn, attributes: Object.fromEntries(changed) }];
}

const isSame = (a: readonly string[], b: readonly string[]): boolean => {
  const values = new Set(a);
  return values.size === new Set(b).size && b.every((value) => values.has(value));
};
