import type { Resource } from '../resource.ts';

/** The keys of objects by values derived from them. */
export interface IndexMap {
  /** Replaces what is known of a key; either state may be missing. */
  update(key: string, before: Resource | undefined, after: Resource | undefined): void;
  keys(value: string): Iterable<string>;
}

/** An index that is empty. Most values have one key, which is kept without a set around it. */
export function createIndexMap(valuesOf: (object: Resource) => readonly string[]): IndexMap {
  const keys = new Map<string, string | Set<string>>();

  const add = (value: string, key: string) => {
    const known = keys.get(value);
    if (known === undefined) keys.set(value, key);
    else if (typeof known !== 'string') known.add(key);
    else if (known !== key) keys.set(value, new Set([known, key]));
  };
  const remove = (value: string, key: string) => {
    const known = keys.get(value);
    if (known === key) keys.delete(value);
    else if (typeof known === 'object' && known.delete(key) && known.size === 0) keys.delete(value);
  };

  return {
    update(key, before, after) {
      const old = before ? valuesOf(before) : [];
      const fresh = after ? valuesOf(after) : [];
      if (old.length === fresh.length && old.every((value, index) => value === fresh[index])) return;
      for (const value of old) remove(value, key);
      for (const value of fresh) add(value, key);
    },
    keys(value) {
      const known = keys.get(value);
      return known === undefined ? [] : typeof known === 'string' ? [known] : known;
    },
  };
}
