import type { Rule, Rules } from './chart.ts';

/** The times of a test, in place of minutes. */
export interface Times {
  /** How long a condition must hold. */
  readonly hold: string;
  /** Over which time counters are looked at. */
  readonly window: string;
}

/** The same rules, in less time: each `for` and each range of an expression becomes what is given. */
export const shortened = ({ groups }: Rules, times: Times): Rules => ({
  groups: groups.map(({ name, rules }) => ({ name, rules: rules.map((rule) => shorter(rule, times)) })),
});

const shorter = (rule: Rule, { hold, window }: Times): Rule => ({
  ...rule,
  expr: rule.expr.replaceAll(/\[\w+\]/g, `[${window}]`),
  ...(rule.for === undefined ? {} : { for: hold }),
});
