/** Something that is wrong with a resource. */
export interface Problem {
  /** Where: `spec.workloads[app].env.BASE_URL`. */
  readonly path: string;
  /** One sentence: what is wrong and how to mend it. */
  readonly message: string;
}
