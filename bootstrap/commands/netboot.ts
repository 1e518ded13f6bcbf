import { once } from 'node:events';
import { hostname } from 'node:os';
import { Command } from 'commander';
import { announceNio } from '../discovery/announce.ts';
import { allMachines } from '../machines/machines.ts';
import { type NioOptions, nioFor } from '../machines/nio.ts';
import { servedInterface } from '../netboot/interface.ts';
import { type ServedNetboot, serveNetboot } from '../netboot/netboot.ts';
import type { BootTarget } from '../netboot/script.ts';
import { watchMachines } from '../netboot/watch-machines.ts';
import { kubectlIfPresent, port } from './options.ts';

interface NetbootOptions extends NioOptions {
  readonly name: string;
  readonly interface: string;
  readonly images: string;
  readonly httpPort: number;
}

/** `kiko netboot`: has machines boot the installer over the network, until it is interrupted. */
export const netbootCommand = (): Command =>
  new Command('netboot')
    .description('have machines of this network boot the installer; addresses still come from your router')
    .requiredOption('--interface <name>', 'serve on this interface, and on no other')
    .requiredOption('--images <folder>', 'what to boot: the folder that the flake builds as netboot-images')
    .option('--nio <url>', 'where machines enrol, such as https://192.168.1.5:8443')
    .option('--nio-key <hash>', 'the SHA-256 of NIO’s key in base64: machines then trust no other')
    .option('--http-port <port>', 'where to serve HTTP', port, 8069)
    .option('--name <name>', 'name of the local cluster', 'local')
    .action(netboot);

const log = (line: string): void => void process.stderr.write(`${line}\n`);

async function netboot(options: NetbootOptions): Promise<void> {
  const ending = new AbortController();
  const { address } = servedInterface(options.interface);
  const kubectl = await kubectlIfPresent(options.name);
  const { nio, isAnnounced } = await nioFor(options, kubectl, address);
  const machines = kubectl && (await watchMachines(() => allMachines(kubectl), log, ending.signal));
  if (!machines) log('No home is known on this machine, so every machine that asks gets the installer.');
  const target = (mac: string): BootTarget => machines?.target(mac) ?? 'installer';
  const served = await serveNetboot({ ...options, nio, target, log });
  const failed = ({ message }: Error) => log(`mDNS: ${message}`);
  const announcement = isAnnounced ? undefined : announceNio({ nio, host: hostLabel(), address, failed });
  try {
    log(`Network boot is served on ${options.interface}: ${served.url}. Machines enrol at ${nio.url}.`);
    if (nio.key === undefined)
      log('Compare the code on each screen: it alone tells NIO from a stranger here.');
    await Promise.race([interrupted(), watchForDhcp(served, options.interface, ending.signal)]);
  } finally {
    ending.abort();
    served.close();
    await announcement?.end();
  }
}

/** One label of DNS, whatever this machine calls itself. */
const hostLabel = (): string =>
  hostname()
    .split('.')[0]
    ?.replaceAll(/[^A-Za-z0-9-]/g, '-') || 'kiko';

const interrupted = (): Promise<unknown> => Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);

/** Says whether machines will get an address, which they don’t get from here. Its promise never settles. */
async function watchForDhcp(
  { dhcpServer }: ServedNetboot,
  device: string,
  signal: AbortSignal,
): Promise<never> {
  try {
    let server = await dhcpServer();
    if (server === undefined)
      log(
        `No DHCP server answers on ${device}, so machines get no address and can’t boot. kiko gives out none: turn DHCP ` +
          'on in the router of this network. Looking on…',
      );
    while (server === undefined && !signal.aborted) server = await dhcpServer();
    if (server !== undefined) log(`Addresses come from the DHCP server ${server}.`);
  } catch (error) {
    log(
      `Whether there is a DHCP server can’t be found out: ${error instanceof Error ? error.message : error}`,
    );
  }
  return new Promise<never>(() => undefined);
}
