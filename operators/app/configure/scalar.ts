/** How a value is written into a file that knows types. */
export type Scalar =
  | { readonly type: 'text'; readonly text: string }
  /** `true`, `false`, `null` or a number, as it is to stand in the file. */
  | { readonly type: 'literal'; readonly literal: string };

const LITERAL = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/;
const QUOTED = /^"(.*)"$/s;

/**
 * The type of a step's value: what stands in double quotes is text, to the letter, whatever a name in it was
 * filled in with; a key that holds text keeps holding text; else `true`, `false`, `null` and numbers are what
 * they say, and all else is text.
 */
export function scalarOf(value: string, holdsText: boolean): Scalar {
  const quoted = QUOTED.exec(value)?.[1];
  if (quoted !== undefined) return { type: 'text', text: quoted };
  if (!holdsText && LITERAL.test(value)) return { type: 'literal', literal: value };
  return { type: 'text', text: value };
}
