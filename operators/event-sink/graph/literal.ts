import { XSD } from '../vocabulary/namespaces.ts';
import type { ValueType } from '../vocabulary/shape.ts';
import type { Literal } from './quad.ts';

const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z$/;

const typed = (datatype: ValueType, value: string): Literal => ({
  type: 'literal',
  value,
  datatype: XSD + datatype,
});

/** A text as it is. */
export const plain = (value: string): Literal => typed('string', value);

/**
 * A value as JSON has it. Stores write a number or a time in its canonical form, whatever form it was given in
 * (XML Schema 1.1 part 2, §3.3), so it gets that form here: then what is read back is what was written.
 */
export function literal(value: string | number | boolean): Literal {
  if (typeof value === 'string') return plain(value);
  if (typeof value === 'boolean') return typed('boolean', String(value));
  return Number.isInteger(value) ? typed('integer', BigInt(value).toString()) : decimal(value);
}

/** A time in UTC as Kubernetes and the log write it; what is none stays a text. */
export function dateTime(value: string): Literal {
  const [, seconds, fraction = ''] = rfc3339.exec(value) ?? [];
  if (seconds === undefined || Number.isNaN(Date.parse(value))) return plain(value);
  const digits = fraction.replace(/0+$/, '');
  return typed('dateTime', digits === '' ? `${seconds}Z` : `${seconds}.${digits}Z`);
}

/** The digits after the point that every processor of XML Schema knows. */
const mostDigits = 18;

function decimal(value: number): Literal {
  const shortest = String(value);
  if (!shortest.includes('e')) return typed('decimal', shortest);
  const digits = value.toFixed(mostDigits).replace(/\.?0+$/, '');
  return Number(digits) === 0 ? typed('integer', '0') : typed('decimal', digits);
}
