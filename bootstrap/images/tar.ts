/** One entry of a tar file. */
export interface TarEntry {
  /** Path without a leading slash; folders end in one. */
  readonly path: string;
  readonly size: number;
  readonly mode: number;
}

const BLOCK = 512;

/**
 * The ustar header of an entry (POSIX.1-2017, pax). Owner and time are always zero: the same files give the same
 * bytes, and so the same image digest.
 * @throws RangeError when the path does not fit into a plain ustar name of 100 bytes.
 */
export function tarHeader(entry: TarEntry): Buffer {
  const header = Buffer.alloc(BLOCK);
  if (Buffer.byteLength(entry.path) > 100) throw new RangeError(`${entry.path} is too long for a tar entry.`);
  const field = (offset: number, length: number, value: string) =>
    header.write(value, offset, length, 'utf8');
  const octal = (offset: number, length: number, value: number) =>
    field(offset, length, `${value.toString(8).padStart(length - 1, '0')}\0`);
  field(0, 100, entry.path);
  octal(100, 8, entry.mode);
  octal(108, 8, 0);
  octal(116, 8, 0);
  octal(124, 12, entry.size);
  octal(136, 12, 0);
  field(148, 8, ' '.repeat(8)); // the checksum is taken with its own field as spaces
  field(156, 1, entry.path.endsWith('/') ? '5' : '0');
  field(257, 8, 'ustar\x0000');
  const sum = header.reduce((total, byte) => total + byte, 0);
  field(148, 8, `${sum.toString(8).padStart(6, '0')}\0 `);
  return header;
}

/** The zeros that fill an entry's last block. */
export const tarPadding = (size: number): Buffer => Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);

/** The two empty blocks that end a tar file. */
export const tarEnd = (): Buffer => Buffer.alloc(2 * BLOCK);
