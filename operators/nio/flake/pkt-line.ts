/**
 * Git’s pkt-line: four hexadecimal digits with the length of the line, themselves included, then the line. 0000, 0001
 * and 0002 are marks without a line. https://git-scm.com/docs/protocol-common
 */

/** A mark between sections. */
const MARKS = ['flush', 'delimiter', 'end'] as const;

/** A line, without its line feed, or a mark. */
export type Packet = { readonly line: string } | { readonly mark: (typeof MARKS)[number] };

const LENGTH = /^[0-9a-f]{4}$/i;

/** Reads all of a text. @throws SyntaxError where it is not made of pkt-lines. */
export function readPackets(bytes: Buffer): Packet[] {
  const packets: Packet[] = [];
  for (let at = 0; at < bytes.length; ) {
    const digits = bytes.toString('latin1', at, at + 4);
    const length = LENGTH.test(digits) ? Number.parseInt(digits, 16) : 3;
    const mark = MARKS[length];
    if (length === 3 || at + Math.max(length, 4) > bytes.length) throw new SyntaxError('no pkt-line');
    packets.push(mark ? { mark } : { line: bytes.toString('utf8', at + 4, at + length).replace(/\n$/, '') });
    at += mark ? 4 : length;
  }
  return packets;
}

/** Writes lines, and marks where there is one. */
export function writePackets(packets: readonly (string | (typeof MARKS)[number])[]): string {
  return packets.map(writePacket).join('');
}

function writePacket(packet: string): string {
  const mark = (MARKS as readonly string[]).indexOf(packet);
  if (mark >= 0) return `000${mark}`;
  const length = Buffer.byteLength(packet) + 5;
  return `${length.toString(16).padStart(4, '0')}${packet}\n`;
}
