/** Keys by what is known of them. */
export interface FactIndex {
  /** Replaces all that is known of a key; nothing is known of one that is gone. Each fact stands once. */
  state(key: string, facts: readonly string[]): void;
  /** The keys of which a fact holds, in no order. */
  having(fact: string): ReadonlySet<string>;
  /** Every fact that holds of any key. */
  facts(): Iterable<string>;
}

const nobody: ReadonlySet<string> = new Set();

/** An index in which nothing is known. */
export function createFactIndex(): FactIndex {
  const known = new Map<string, readonly string[]>();
  const keys = new Map<string, Set<string>>();

  const add = (key: string, fact: string) => {
    const having = keys.get(fact);
    if (having === undefined) keys.set(fact, new Set([key]));
    else having.add(key);
  };
  const remove = (key: string, fact: string) => {
    const having = keys.get(fact);
    having?.delete(key);
    if (having?.size === 0) keys.delete(fact);
  };

  return {
    state(key, facts) {
      const before = known.get(key) ?? [];
      if (before.length === facts.length && before.every((fact, index) => fact === facts[index])) return;
      for (const fact of before) remove(key, fact);
      for (const fact of facts) add(key, fact);
      if (facts.length === 0) known.delete(key);
      else known.set(key, facts);
    },
    having: (fact) => keys.get(fact) ?? nobody,
    facts: () => keys.keys(),
  };
}
