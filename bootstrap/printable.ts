/** What moves a cursor, ends a line, hides or turns round what follows: control, format and surrogate characters. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * What a machine says of itself, as one line that shows what it says and nothing else: before it is approved it may be
 * anybody, and a person decides by what they read.
 */
export const printable = (said: string): string => said.replaceAll(UNPRINTABLE, '\u{fffd}');
