/** One media range of an `Accept` header. */
interface Range {
  readonly type: string;
  readonly subtype: string;
  /** 0 to 1. */
  readonly quality: number;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const range = new RegExp(`^(${token})/(${token})$`);
const weight = /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/**
 * Which of the types on offer to answer with (RFC 9110, 12.5.1): the one of the highest quality; of several, one that is
 * named before one that a wildcard lets through; of several of these, the first on offer. Undefined where none will do.
 * Parameters of types are not told apart: whoever asks for a profile gets the type.
 */
export function negotiate<Type extends string>(
  accept: string | undefined,
  offered: readonly Type[],
): Type | undefined {
  const ranges = parseAccept(accept ?? '*/*');
  let best: { readonly type: Type; readonly quality: number; readonly precision: number } | undefined;
  for (const type of offered) {
    const { quality, precision } = welcomeOf(type, ranges);
    if (quality === 0) continue;
    const better =
      best === undefined ||
      quality > best.quality ||
      (quality === best.quality && precision > best.precision);
    if (better) best = { type, quality, precision };
  }
  return best?.type;
}

/** Whether who sent this would rather have a page than anything else. */
export const wantsPage = (accept: string | undefined): boolean =>
  negotiate(accept, ['application/json', 'text/html']) === 'text/html';

/** What a header says. What can't be read of it says nothing; if nothing can, everything will do. */
function parseAccept(accept: string): readonly Range[] {
  // Quoted values are of parameters that don't count, and may have commas in them.
  const ranges = accept
    .replaceAll(/"[^"]*"/g, '')
    .split(',')
    .flatMap(parseRange);
  return ranges.length > 0 ? ranges : [{ type: '*', subtype: '*', quality: 1 }];
}

function parseRange(text: string): Range[] {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim());
  const [, type, subtype] = range.exec(name.toLowerCase()) ?? [];
  if (type === undefined || subtype === undefined || (type === '*' && subtype !== '*')) return [];
  const quality = parameters.find((parameter) => /^q=/i.test(parameter));
  const [, value] = weight.exec(quality ?? 'q=1') ?? [];
  return value === undefined ? [] : [{ type, subtype, quality: Number(value) }];
}

/** The most precise range that a type is in says how welcome it is. */
function welcomeOf(name: string, ranges: readonly Range[]): { quality: number; precision: number } {
  const [type, subtype] = name.split('/');
  let found = { quality: 0, precision: -1 };
  for (const one of ranges) {
    const matches =
      one.type === '*' || (one.type === type && (one.subtype === '*' || one.subtype === subtype));
    const precision = Number(one.type !== '*') + Number(one.subtype !== '*');
    if (matches && precision > found.precision) found = { quality: one.quality, precision };
  }
  return found;
}
