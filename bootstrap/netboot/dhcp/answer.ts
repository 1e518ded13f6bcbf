import { type BootClient, bootClient } from './client.ts';
import {
  addressBytes,
  DhcpMessage,
  DhcpOption,
  type DhcpPacket,
  encodeOptions,
  NO_ADDRESS,
} from './packet.ts';

/** Where a proxy is asked: where DHCP servers are, and where PXE’s boot servers are. */
export type ProxyPort = 67 | 4011;

/** What the proxy has to give. */
export interface BootSource {
  /** The address of the TFTP server, which is the proxy’s own. */
  readonly address: string;
  /** What this client is to load first; undefined where there is nothing for it. */
  bootFile(client: BootClient, mac: string): string | undefined;
}

/** Suboptions of option 43 (PXE 2.1, table 2-1). */
const PxeOption = { discoveryControl: 6, bootServers: 8, bootMenu: 9, menuPrompt: 10 } as const;

/** No discovery of boot servers: the file that the offer names is the one. */
const TAKE_THE_FILE = 8;
/** No broadcast and no multicast discovery: only the servers that are listed. */
const LISTED_SERVERS = 3;
/** A UUID with its type before it (RFC 4578, 2.3). Of any other length it is not given back: it may not fit an option. */
const UUID_BYTES = 17;

/**
 * What a proxy DHCP server answers (PXE 2.1, section 2.2): beside the address that the network’s own DHCP server gives,
 * from where to boot. It never gives out an address. undefined: it is not for us to answer.
 */
export function proxyAnswer(
  request: DhcpPacket,
  port: ProxyPort,
  source: BootSource,
): DhcpPacket | undefined {
  const client = bootClient(request);
  // What a relay passed on comes from another network than the one that is served.
  if (client === undefined || request.giaddr !== NO_ADDRESS) return undefined;
  const type = answerType(request, port);
  if (type === undefined) return undefined;
  const file = source.bootFile(client, request.mac);
  if (file === undefined) return undefined;
  return {
    op: 'reply',
    xid: request.xid,
    secs: 0,
    broadcast: port === 67,
    ciaddr: port === 67 ? NO_ADDRESS : request.ciaddr,
    yiaddr: NO_ADDRESS,
    siaddr: source.address,
    giaddr: NO_ADDRESS,
    mac: request.mac,
    sname: source.address,
    file,
    options: replyOptions(request, client, type, source.address, file),
  };
}

/** On 67 only who is looking around is answered: a request there is for the server that gives the address. */
function answerType(request: DhcpPacket, port: ProxyPort): number | undefined {
  const asked = request.options.get(DhcpOption.messageType)?.[0];
  if (port === 67) return asked === DhcpMessage.discover ? DhcpMessage.offer : undefined;
  return asked === DhcpMessage.request || asked === DhcpMessage.inform ? DhcpMessage.ack : undefined;
}

function replyOptions(
  request: DhcpPacket,
  client: BootClient,
  type: number,
  address: string,
  file: string,
): Map<number, Buffer> {
  const options = new Map<number, Buffer>([
    [DhcpOption.messageType, Buffer.of(type)],
    [DhcpOption.serverIdentifier, Buffer.from(addressBytes(address))],
    [DhcpOption.vendorClass, Buffer.from('PXEClient')],
    [DhcpOption.tftpServer, Buffer.from(address)],
    [DhcpOption.bootFile, Buffer.from(file)],
  ]);
  const uuid = request.options.get(DhcpOption.clientUuid);
  if (uuid?.length === UUID_BYTES) options.set(DhcpOption.clientUuid, uuid);
  const vendor = vendorOptions(client, address);
  if (vendor) options.set(DhcpOption.vendorSpecific, vendor);
  return options;
}

function vendorOptions(client: BootClient, address: string): Buffer | undefined {
  switch (client) {
    case 'bios':
    case 'ipxe':
      return encodeOptions([[PxeOption.discoveryControl, Buffer.of(TAKE_THE_FILE)]]);
    case 'uefi-x86_64':
    case 'uefi-arm64':
      // Much UEFI firmware drops an offer that has option 43 and no menu. Without it, it asks at 4011.
      return undefined;
    case 'raspberry-pi':
      return piVendorOptions(address);
  }
}

/** The menu with the one entry by which a Pi’s firmware knows who means it. */
function piVendorOptions(address: string): Buffer {
  const entry = Buffer.from('Raspberry Pi Boot');
  const kind = [0, 0];
  return encodeOptions([
    [PxeOption.discoveryControl, Buffer.of(LISTED_SERVERS)],
    [PxeOption.bootServers, Buffer.of(...kind, 1, ...addressBytes(address))],
    [PxeOption.bootMenu, Buffer.concat([Buffer.of(...kind, entry.length), entry])],
    [PxeOption.menuPrompt, Buffer.concat([Buffer.of(0), Buffer.from('PXE')])],
  ]);
}
