import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { type Running, watched } from './running.ts';

/** The addresses on a home’s network. */
export const ROUTER = '192.168.77.1';
export const KIKO = '192.168.77.2';
/** The interface of Kiko’s machine on it, and the one on a network that is none of its business. */
export const INTERFACE = 'lan0';
export const OTHER_INTERFACE = 'other0';

/** A home’s network of network namespaces: a router, the machine with Kiko, and a second network beside it. */
export interface Lan {
  /** A folder for the run. */
  readonly folder: string;
  /** The namespace that is Kiko’s machine. */
  readonly kikos: string;
  /** A new machine on the network; gives the name of its namespace. Its interface is `eth0`. */
  machine(on: 'lan' | 'other'): Promise<string>;
  /** An interface for an emulated machine; gives its name. */
  tap(): Promise<string>;
  /** Runs a program in a namespace until it ends. */
  run(namespace: string, command: readonly string[], cwd?: string): Promise<string>;
  /** The DHCP server of the router: an ordinary one, which knows nothing of network boot. */
  router(): Running;
  kiko(args: readonly string[]): Running;
  /** A program on Kiko’s machine. */
  start(command: readonly string[]): Running;
  close(): Promise<void>;
}

const repository = resolve(import.meta.dirname, '../../..');

/** Makes it. Everything goes with `close`. */
export async function makeLan(): Promise<Lan> {
  const id = randomBytes(2).toString('hex');
  const [kiko, router] = [`hk${id}`, `hr${id}`];
  const folder = await mkdtemp(join(tmpdir(), 'lan-'));
  const namespaces: string[] = [];
  const running: Running[] = [];
  const ip = (...args: string[]) => execa('ip', args);
  const namespace = async (name: string) => {
    await ip('netns', 'add', name);
    namespaces.push(name);
    await ip('-n', name, 'link', 'set', 'lo', 'up');
  };
  const plug = async (name: string, bridge: string) => {
    const port = `p${randomBytes(3).toString('hex')}`;
    await ip('-n', kiko, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
    await ip('-n', kiko, 'link', 'set', port, 'master', bridge, 'up');
    await ip('-n', name, 'link', 'set', 'eth0', 'up');
  };
  const start = (name: string, command: readonly string[]): Running => {
    const process = watched(
      execa('ip', ['netns', 'exec', name, ...command], {
        all: true,
        reject: false,
        cwd: repository,
        // Neither a home of this machine nor what it remembers plays a part.
        env: { HEARTH_HOME: join(folder, 'hearth') },
      }),
    );
    running.push(process);
    return process;
  };

  await namespace(kiko);
  await namespace(router);
  for (const [name, address] of [
    [INTERFACE, KIKO],
    [OTHER_INTERFACE, '10.99.0.2'],
  ] as const) {
    await ip('-n', kiko, 'link', 'add', name, 'type', 'bridge');
    await ip('-n', kiko, 'link', 'set', name, 'up');
    await ip('-n', kiko, 'addr', 'add', `${address}/24`, 'dev', name);
  }
  await plug(router, INTERFACE);
  await ip('-n', router, 'addr', 'add', `${ROUTER}/24`, 'dev', 'eth0');

  let machines = 0;
  return {
    folder,
    kikos: kiko,
    async machine(on) {
      const name = `hm${id}${machines++}`;
      await namespace(name);
      await plug(name, on === 'lan' ? INTERFACE : OTHER_INTERFACE);
      return name;
    },
    async tap() {
      const name = `tap${machines++}`;
      await ip('-n', kiko, 'tuntap', 'add', name, 'mode', 'tap');
      await ip('-n', kiko, 'link', 'set', name, 'master', INTERFACE, 'up');
      return name;
    },
    run: async (name, command, cwd = folder) =>
      (await execa('ip', ['netns', 'exec', name, ...command], { cwd })).stdout,
    router: () => start(router, dnsmasq(folder)),
    kiko: (args) => start(kiko, [process.execPath, 'bootstrap/kiko.ts', ...args]),
    start: (command) => start(kiko, command),
    async close() {
      await Promise.all(running.map((each) => each.stop()));
      for (const name of namespaces) await ip('netns', 'delete', name);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const dnsmasq = (folder: string): readonly string[] => [
  'dnsmasq',
  '--no-daemon',
  '--conf-file=/dev/null',
  '--pid-file=',
  '--port=0',
  '--interface=eth0',
  '--bind-interfaces',
  '--no-ping',
  '--dhcp-range=192.168.77.100,192.168.77.150,1h',
  '--log-dhcp',
  `--dhcp-leasefile=${join(folder, 'leases')}`,
];
