/** A rule in the Common Expression Language that the API server checks at admission. */
export interface Rule {
  readonly rule: string;
  /** One sentence: what is wrong and how to mend it. */
  readonly message?: string;
  /** A CEL expression that makes the sentence, where it should name a value. */
  readonly messageExpression?: string;
  /** Which field the API server blames, as a path below the rule (`.spec.host`). */
  readonly fieldPath?: string;
}
