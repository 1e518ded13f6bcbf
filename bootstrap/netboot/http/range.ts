/** A part of a file; both ends are in it. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * What of a file is asked for (RFC 9110, 14.2): a part, the whole (`undefined`) also where the header is one that may be
 * passed over, or something that it does not have.
 */
export function byteRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [from, to] = [match[1], match[2]].map((digits) => (digits ? Number(digits) : undefined));
  // Only an end: so many bytes of the end.
  if (from === undefined) {
    const length = Math.min(to ?? 0, size);
    return length === 0 ? 'unsatisfiable' : { first: size - length, last: size - 1 };
  }
  if (to !== undefined && to < from) return undefined;
  return from >= size ? 'unsatisfiable' : { first: from, last: Math.min(to ?? size - 1, size - 1) };
}
