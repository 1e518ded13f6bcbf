/** T, read-only all the way down: resources are shared by everyone who reads them. */
export type Immutable<T> = T extends readonly (infer E)[]
  ? readonly Immutable<E>[]
  : T extends object
    ? { readonly [P in keyof T]: Immutable<T[P]> }
    : T;
