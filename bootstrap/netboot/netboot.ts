import { type NioAddress, nioKernelParameters } from '@hearth/domain';
import type { BootClient } from './dhcp/client.ts';
import { findDhcpServer } from './dhcp/others.ts';
import { serveProxyDhcp } from './dhcp/server.ts';
import { bootServer } from './http/server.ts';
import { type Images, readImages } from './images.ts';
import { type ServedInterface, servedInterface } from './interface.ts';
import type { Log } from './log.ts';
import { type BootTarget, bootScript } from './script.ts';
import { type Sockets, socketsOf } from './sockets.ts';
import { serveTftp } from './tftp/server.ts';

/** How network boot is to be served. */
export interface Netboot {
  /** The name of the interface; nothing is heard or said on any other. */
  readonly interface: string;
  /** The folder with the images. */
  readonly images: string;
  /** Where the machines that boot enrol. */
  readonly nio: NioAddress;
  /** From where the machine with that MAC address boots. */
  target(mac: string): BootTarget;
  /** TCP; 0: any that is free. */
  readonly httpPort: number;
  readonly log: Log;
}

/** Network boot that is being served. */
export interface ServedNetboot {
  readonly interface: ServedInterface;
  /** Where scripts and images are, by HTTP. */
  readonly url: string;
  /** The DHCP server that gives addresses there; undefined when none does. @throws Failure where it can't be asked. */
  dhcpServer(): Promise<string | undefined>;
  close(): void;
}

/**
 * Serves network boot on one interface: proxy DHCP, TFTP and HTTP.
 * @throws Failure when the interface, a port or the images can’t be had; nothing is left open then.
 */
export async function serveNetboot(netboot: Netboot): Promise<ServedNetboot> {
  const served = servedInterface(netboot.interface);
  const images = await readImages(netboot.images, nioKernelParameters(netboot.nio));
  const sockets = socketsOf(served, netboot.log);
  const ending = new AbortController();
  const close = () => {
    ending.abort();
    sockets.close();
  };
  try {
    const url = await serveSite(netboot, served, images, sockets);
    await serveDhcp(netboot, served, images, sockets, url);
    await serveFirmwareFiles(netboot, images, sockets, ending.signal);
    const dhcpServer = async () => {
      const socket = await sockets.udp(68, 'looking for the DHCP server', 'everybody');
      return findDhcpServer(socket, served, ending.signal).finally(() => socket.close());
    };
    return { interface: served, url, dhcpServer, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function serveSite(
  netboot: Netboot,
  { address }: ServedInterface,
  images: Images,
  sockets: Sockets,
): Promise<string> {
  let url = '';
  const parameters = nioKernelParameters(netboot.nio);
  const script = (mac: string) =>
    bootScript(netboot.target(mac), images.installers, `${url}/images`, parameters);
  const server = bootServer({ files: images.files, script, log: netboot.log });
  url = `http://${address}:${await sockets.listen(server, netboot.httpPort)}`;
  return url;
}

async function serveDhcp(
  netboot: Netboot,
  { address }: ServedInterface,
  images: Images,
  sockets: Sockets,
  url: string,
): Promise<void> {
  const discovery = await sockets.udp(67, 'DHCP', 'everybody');
  const bootService = await sockets.udp(4011, 'the PXE boot service');
  const source = { address, bootFile: firstLoad(netboot, images, url) };
  serveProxyDhcp({ discovery, bootService, source, log: netboot.log });
}

async function serveFirmwareFiles(
  { log }: Netboot,
  { firmwareFiles: files }: Images,
  { udp, transfer: transferSocket }: Sockets,
  signal: AbortSignal,
): Promise<void> {
  serveTftp({ socket: await udp(69, 'TFTP'), transferSocket, files, log, signal });
}

/** What a client loads first: iPXE, and with that its script. */
function firstLoad({ target, log }: Netboot, images: Images, url: string) {
  return (client: BootClient, mac: string): string | undefined => {
    if (client === 'ipxe') return `${url}/ipxe/${mac}`;
    // A Pi has no script that could send it to its disk; without an answer it goes on by itself.
    if (client === 'raspberry-pi' && target(mac) === 'disk') return undefined;
    const file = images.firstFile(client);
    if (file === undefined) log(`${mac} (${client}) wants to boot, and ${images.folder} has nothing for it`);
    return file;
  };
}
