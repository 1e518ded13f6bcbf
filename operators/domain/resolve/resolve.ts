import type { Resolution, ResolveInput } from './resolution.ts';

/** Decides what is to be done for an App: the plan, or the smallest conflict. The same input gives the same bytes. */
export function resolve(input: ResolveInput): Resolution {
  throw new Error(`not written yet ${input.wanted.metadata.name}`);
}
