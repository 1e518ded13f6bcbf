/** A DHCP message (RFC 2131, section 2; options: RFC 2132). Addresses are dotted, the MAC is in lower case with colons. */
export interface DhcpPacket {
  readonly op: 'request' | 'reply';
  readonly xid: number;
  readonly secs: number;
  readonly broadcast: boolean;
  readonly ciaddr: string;
  readonly yiaddr: string;
  readonly siaddr: string;
  readonly giaddr: string;
  readonly mac: string;
  readonly sname: string;
  readonly file: string;
  /** By number; what came in parts is whole (RFC 3396). */
  readonly options: ReadonlyMap<number, Buffer>;
}

/** Option numbers: RFC 2132, RFC 3004 (77), RFC 4578 (93, 94, 97). */
export const DhcpOption = {
  vendorSpecific: 43,
  messageType: 53,
  serverIdentifier: 54,
  parameterList: 55,
  vendorClass: 60,
  tftpServer: 66,
  bootFile: 67,
  userClass: 77,
  architecture: 93,
  clientUuid: 97,
} as const;

/** Values of option 53. */
export const DhcpMessage = { discover: 1, offer: 2, request: 3, ack: 5, inform: 8 } as const;

/** None, or not known yet. */
export const NO_ADDRESS = '0.0.0.0';

const HEADER = 236;
const COOKIE = 0x63825363;
const PAD = 0;
const END = 255;
const ETHERNET = 1;
const BROADCAST_FLAG = 0x8000;
/** What every client must be able to take, and some firmware refuses less than (RFC 1542, 2.1). */
const SMALLEST = 300;

/** Reads a message; undefined for what is none, or is not from Ethernet. */
export function parseDhcp(bytes: Buffer): DhcpPacket | undefined {
  if (bytes.length < HEADER + 4 || bytes.readUInt32BE(HEADER) !== COOKIE) return undefined;
  const op = bytes[0];
  if ((op !== 1 && op !== 2) || bytes[1] !== ETHERNET || bytes[2] !== 6) return undefined;
  const options = parseOptions(bytes.subarray(HEADER + 4));
  if (options === undefined) return undefined;
  return {
    op: op === 1 ? 'request' : 'reply',
    xid: bytes.readUInt32BE(4),
    secs: bytes.readUInt16BE(8),
    broadcast: (bytes.readUInt16BE(10) & BROADCAST_FLAG) !== 0,
    ciaddr: address(bytes, 12),
    yiaddr: address(bytes, 16),
    siaddr: address(bytes, 20),
    giaddr: address(bytes, 24),
    mac: Array.from(bytes.subarray(28, 34), (byte) => byte.toString(16).padStart(2, '0')).join(':'),
    sname: cString(bytes.subarray(44, 108)),
    file: cString(bytes.subarray(108, HEADER)),
    options,
  };
}

/** Writes a message. @throws RangeError where a name is too long for its field. */
export function encodeDhcp(packet: DhcpPacket): Buffer {
  const header = Buffer.alloc(HEADER + 4);
  header.set([packet.op === 'request' ? 1 : 2, ETHERNET, 6, 0]);
  header.writeUInt32BE(packet.xid, 4);
  header.writeUInt16BE(packet.secs, 8);
  header.writeUInt16BE(packet.broadcast ? BROADCAST_FLAG : 0, 10);
  const { ciaddr, yiaddr, siaddr, giaddr } = packet;
  for (const [at, each] of [ciaddr, yiaddr, siaddr, giaddr].entries())
    header.set(addressBytes(each), 12 + 4 * at);
  header.set(Buffer.from(packet.mac.replaceAll(':', ''), 'hex'), 28);
  header.set(fitting(packet.sname, 64), 44);
  header.set(fitting(packet.file, 128), 108);
  header.writeUInt32BE(COOKIE, HEADER);
  const whole = Buffer.concat([header, encodeOptions(packet.options), Buffer.of(END)]);
  return whole.length < SMALLEST ? Buffer.concat([whole, Buffer.alloc(SMALLEST - whole.length)]) : whole;
}

/** Numbered values one after the other: those of a message, and those inside of option 43. */
export function encodeOptions(options: Iterable<readonly [number, Uint8Array]>): Buffer {
  const parts: Uint8Array[] = [];
  for (const [number, value] of options) {
    if (value.length > 255) throw new RangeError(`DHCP option ${number} is ${value.length} bytes long`);
    parts.push(Buffer.of(number, value.length), value);
  }
  return Buffer.concat(parts);
}

/** Reads them; undefined where one says that it is longer than what is left. */
export function parseOptions(bytes: Buffer): Map<number, Buffer> | undefined {
  const options = new Map<number, Buffer>();
  let at = 0;
  while (at < bytes.length && bytes[at] !== END) {
    const number = bytes[at++] ?? PAD;
    if (number === PAD) continue;
    const length = bytes[at++];
    if (length === undefined || at + length > bytes.length) return undefined;
    const value = bytes.subarray(at, at + length);
    options.set(number, Buffer.concat([options.get(number) ?? Buffer.alloc(0), value]));
    at += length;
  }
  return options;
}

/** The four bytes of a dotted address. */
export const addressBytes = (dotted: string): Uint8Array => Uint8Array.from(dotted.split('.').map(Number));

const address = (bytes: Buffer, at: number): string => bytes.subarray(at, at + 4).join('.');

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
}

function fitting(text: string, size: number): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  // Its last byte stays zero: firmware reads on until it finds one.
  if (bytes.length >= size) throw new RangeError(`${text} does not fit ${size} bytes of a DHCP message`);
  return bytes;
}
