/**
 * Remembers the last result of a function of lists, and gives it again while the lists hold the very same
 * objects. Caches hand out the objects that they hold, so nothing is compared but identity.
 */
export function remembered<Lists extends readonly (readonly unknown[])[], Result>(
  make: (...lists: Lists) => Result,
): (...lists: Lists) => Result {
  let last: { lists: Lists; result: Result } | undefined;
  return (...lists) => {
    if (last?.lists.every((list, index) => same(list, lists[index] ?? []))) return last.result;
    last = { lists, result: make(...lists) };
    return last.result;
  };
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
