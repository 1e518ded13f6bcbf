/**
 * Remembers what a pure function makes of an object, for as long as the object is there. Resources never change once
 * they are read: whoever holds the same object would be told the same.
 */
export function perObject<Given extends object, Made>(make: (given: Given) => Made): (given: Given) => Made {
  const known = new WeakMap<Given, { readonly made: Made }>();
  return (given) => {
    const found = known.get(given);
    if (found) return found.made;
    const made = make(given);
    known.set(given, { made });
    return made;
  };
}
