import type { Row } from './sql.ts';

/** The text in a column. */
export const text = (row: Row, column: string): string => String(row[column] ?? '');

/** The number in a column. */
export const number = (row: Row, column: string): number => Number(row[column] ?? 0);

/** A field that is there only where the column holds something; spread it into a record. */
export function optional<Field extends string, T>(
  row: Row,
  column: string,
  field: Field,
  read: (row: Row, column: string) => T,
): { readonly [F in Field]?: T } {
  return row[column] === null || row[column] === undefined
    ? {}
    : ({ [field]: read(row, column) } as { readonly [F in Field]: T });
}

/** The list in a column of JSON. */
export const list = (row: Row, column: string): readonly string[] =>
  JSON.parse(text(row, column)) as string[];
