import { DhcpOption, type DhcpPacket } from './packet.ts';

/** What asks to be booted over the network. */
export type BootClient = 'bios' | 'uefi-x86_64' | 'uefi-arm64' | 'raspberry-pi' | 'ipxe';

/** Processor architecture types of option 93 (IANA, from RFC 4578): the three that firmware in use sends. */
const ARCHITECTURES: Readonly<Record<number, BootClient>> = {
  0: 'bios',
  // 9 is what the registry means by x86-64; 7 is what nearly all firmware sends.
  7: 'uefi-x86_64',
  9: 'uefi-x86_64',
  11: 'uefi-arm64',
};

/** Raspberry Pi’s blocks of MAC addresses. Its firmware says that it was a BIOS. */
const PI_PREFIXES = [
  '28:cd:c1',
  '2c:cf:67',
  '88:a2:9e',
  '8c:1f:64',
  'b8:27:eb',
  'd8:3a:dd',
  'dc:a6:32',
  'e4:5f:01',
];

/**
 * Tells what asks; undefined for whatever is not out for network boot (PXE 2.1: its vendor class begins with
 * `PXEClient`), or is of a kind that nothing here is made for.
 */
export function bootClient({ op, mac, options }: DhcpPacket): BootClient | undefined {
  const vendorClass = options.get(DhcpOption.vendorClass)?.toString('latin1') ?? '';
  if (op !== 'request' || !vendorClass.startsWith('PXEClient')) return undefined;
  // RFC 3004 wants lengths before the words; iPXE sends the bare one.
  if (options.get(DhcpOption.userClass)?.toString('latin1').includes('iPXE')) return 'ipxe';
  const architecture = options.get(DhcpOption.architecture);
  if (architecture === undefined || architecture.length < 2) return undefined;
  const client = ARCHITECTURES[architecture.readUInt16BE(0)];
  return client === 'bios' && isPi(mac, options.get(DhcpOption.clientUuid)) ? 'raspberry-pi' : client;
}

/** Since 2020 their firmware begins the UUID with `RPi4` or `RPi5`; before, and without one, the address tells. */
const isPi = (mac: string, uuid: Buffer | undefined): boolean =>
  /^RPi\d$/.test(uuid?.toString('latin1', 1, 5) ?? '') || PI_PREFIXES.includes(mac.slice(0, 8));
