/** A request to read a file (RFC 1350), with the options that it asks for (RFC 2347). */
export interface ReadRequest {
  readonly name: string;
  /** RFC 2348: how many bytes a block may have. */
  readonly blockSize?: number;
  /** RFC 2349: it wants to know how long the file is. */
  readonly size: boolean;
  /** RFC 2349: after how many seconds of silence to send again. */
  readonly timeout?: number;
}

/** What comes in on the port of TFTP, as far as a server that only gives reads it. */
export type TftpRequest =
  | ({ readonly kind: 'read' } & ReadRequest)
  | { readonly kind: 'refused'; readonly error: Buffer };

/** What a client answers in the course of a transfer. */
export type TftpReply =
  | { readonly kind: 'ack'; readonly block: number }
  | { readonly kind: 'error'; readonly message: string };

/** Error codes (RFC 1350, 5; RFC 2347). */
export const TftpError = { notDefined: 0, notFound: 1, accessViolation: 2, illegal: 4 } as const;

/** RFC 2349 has 255 seconds, for each of which somebody who is not there would hold a transfer. Firmware asks for 1 to 5. */
const LONGEST_TIMEOUT = 10;

const Opcode = { read: 1, write: 2, data: 3, ack: 4, error: 5, optionAck: 6 } as const;

/** Reads what starts a transfer; undefined for what is no TFTP, to which nothing is said. */
export function parseRequest(bytes: Buffer): TftpRequest | undefined {
  if (bytes.length < 4) return undefined;
  const opcode = bytes.readUInt16BE(0);
  if (opcode === Opcode.write) return refused(TftpError.accessViolation, 'this server only gives');
  if (opcode !== Opcode.read) return undefined;
  if (bytes.at(-1) !== 0) return refused(TftpError.illegal, 'a request ends with a zero byte');
  const [name = '', mode = '', ...rest] = bytes.toString('latin1', 2, bytes.length - 1).split('\0');
  if (mode.toLowerCase() !== 'octet')
    return refused(TftpError.illegal, 'files are given as they are (octet)');
  return { kind: 'read', name, ...requestedOptions(rest) };
}

const refused = (code: number, message: string): TftpRequest => ({
  kind: 'refused',
  error: encodeError(code, message),
});

/** What is not understood, or out of bounds, is passed over: the client goes on without (RFC 2347). */
function requestedOptions(words: readonly string[]): Omit<ReadRequest, 'name'> {
  const options = new Map<string, number>();
  for (let at = 0; at + 1 < words.length; at += 2)
    options.set((words[at] ?? '').toLowerCase(), Number(words[at + 1]));
  const within = (name: string, least: number, most: number): number | undefined => {
    const value = options.get(name);
    return value !== undefined && Number.isInteger(value) && value >= least && value <= most
      ? value
      : undefined;
  };
  const blockSize = within('blksize', 8, 65_464);
  const timeout = within('timeout', 1, LONGEST_TIMEOUT);
  return {
    size: options.has('tsize'),
    ...(blockSize === undefined ? {} : { blockSize }),
    ...(timeout === undefined ? {} : { timeout }),
  };
}

/** Reads what a client says within a transfer; undefined for anything else. */
export function parseReply(bytes: Buffer): TftpReply | undefined {
  if (bytes.length < 4) return undefined;
  const opcode = bytes.readUInt16BE(0);
  if (opcode === Opcode.ack) return { kind: 'ack', block: bytes.readUInt16BE(2) };
  if (opcode !== Opcode.error) return undefined;
  return { kind: 'error', message: bytes.toString('latin1', 4).replace(/\0.*$/s, '') };
}

/** A block of the file; numbers go on at 0 after 65535, as clients expect of files over 32 MB. */
export function encodeData(block: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(Opcode.data, 0);
  header.writeUInt16BE(block & 0xffff, 2);
  return Buffer.concat([header, content]);
}

/** An error, which ends a transfer. */
export function encodeError(code: number, message: string): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(Opcode.error, 0);
  header.writeUInt16BE(code, 2);
  return Buffer.concat([header, Buffer.from(`${message}\0`, 'latin1')]);
}

/** The options that are granted. */
export function encodeOptionAck(options: Readonly<Record<string, number>>): Buffer {
  const words = Object.entries(options).map(([name, value]) => `${name}\0${value}\0`);
  return Buffer.concat([Buffer.of(0, Opcode.optionAck), Buffer.from(words.join(''), 'latin1')]);
}
