/** Something that is wrong with a resource. */
export interface Problem {
  /** Where: `spec.workloads[app].env.BASE_URL`. */
  readonly path: string;
  /** One sentence: what is wrong and how to mend it. */
  readonly message: string;
}

/** The names that there are, for the end of a sentence: `there are a and b`, or `there are none`. */
export function namesThereAre(names: Iterable<string>): string {
  const sorted = [...names].sort();
  return sorted.length === 0
    ? 'there are none'
    : `there is ${sorted.map((name) => `\`${name}\``).join(', ')}`;
}
