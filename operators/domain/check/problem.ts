import { listOf } from '../resolve/ref.ts';

/** Something that is wrong with a resource. */
export interface Problem {
  /** Where: `spec.workloads[app].env.BASE_URL`. */
  readonly path: string;
  /** One sentence: what is wrong and how to mend it. */
  readonly message: string;
}

/** The names that there are, for the end of a sentence: `there are a and b`, `there is a`, or `there are none`. */
export function namesThereAre(names: Iterable<string>): string {
  const sorted = [...names].sort().map((name) => `\`${name}\``);
  if (sorted.length === 0) return 'there are none';
  return `there ${sorted.length === 1 ? 'is' : 'are'} ${listOf(sorted)}`;
}
