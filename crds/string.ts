import type { Rule } from '@hearth/domain';
import { literal } from './cel.ts';
import type { JsonSchema } from './json-schema.ts';
import { annotated, enumOf, kept, NotStructural, type Structural } from './schema.ts';

/** The keywords of JSON Schema that a string may have. */
export const stringKeywords = ['minLength', 'maxLength', 'pattern', 'format', 'enum', 'const'] as const;

/** A string: its pattern as a rule where a sentence says what it means, since people read the sentence. */
export function structuralString(schema: JsonSchema, path: string): Structural {
  const { format, pattern, sentence } = schema;
  if (pattern !== undefined) refuseBeyondRE2(pattern, path);
  if (format === 'date-time') return { type: 'string', ...annotated(schema), format };
  const bounded = schema.maxLength !== undefined || schema.enum !== undefined || schema.const !== undefined;
  if (!bounded) throw new NotStructural(path, 'a string needs a bound');
  const derived = rulesOf(schema, path);
  return {
    type: 'string',
    ...annotated(schema, derived),
    ...enumOf(schema),
    ...kept(schema, ['minLength', 'maxLength']),
    ...(pattern !== undefined && sentence === undefined && format === undefined && { pattern }),
  };
}

function rulesOf({ format, pattern, sentence }: JsonSchema, path: string): Rule[] {
  switch (format) {
    case undefined:
      if (pattern === undefined || sentence === undefined) return [];
      return [{ rule: `self.matches(${literal(pattern)})`, message: sentence }];
    case 'uri':
      return [
        { rule: 'isURL(self)', message: 'must be a whole address, such as https://ntfy.example.org/home' },
      ];
    case 'email':
      return [
        {
          rule: `self.matches(${literal(pattern ?? '^[^@]+@[^@]+$')})`,
          message: 'must be an e-mail address, such as anna@example.org',
        },
      ];
    default:
      throw new NotStructural(path, `the format ${format} is not one that the API server checks`);
  }
}

/** What JavaScript reads and Go's RE2 does not: look-around, back references, \u and \c, long repetitions. */
const beyondRE2 = /\(\?(?!:).?|\\[1-9kucp]|\[\^?\]|\{(?:\d+,)?(?:1\d{3,}|[2-9]\d{3,})\}/;

function refuseBeyondRE2(pattern: string, path: string): void {
  const found = beyondRE2.exec(pattern);
  if (found !== null)
    throw new NotStructural(path, `${found[0]} in ${pattern} is not of RE2, which the API server uses`);
}
