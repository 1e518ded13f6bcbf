import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { switchOn } from '../../bootstrap/netboot/testing/emulated.ts';
import { type Running, watched } from '../../bootstrap/netboot/testing/running.ts';
import { type Kiko, kikoFor } from './kiko.ts';
import { MACHINES, type MachinesHome, openMachinesHome } from './machines-home.ts';

const AGENT = join(import.meta.dirname, '../../operators/agent/main.ts');
const KIKO = join(import.meta.dirname, '../../bootstrap/kiko.ts');
const MAC = '52:54:00:68:65:01';

let home: MachinesHome;
let folder: string;
let kiko: Kiko;
let netboot: Running;
let http: string;
const running: Running[] = [];
const installer = `hi${process.pid}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netboot-'));
  home = await openMachinesHome();
  kiko = await kikoFor(home.kubeconfig, folder);
  http = `http://${home.site.address}:8069`;
  const images = join(folder, 'images');
  for (const name of ['x86_64', 'ipxe']) await mkdir(join(images, name), { recursive: true });
  for (const name of ['x86_64/kernel', 'x86_64/initrd', 'ipxe/ipxe.efi'])
    await copyFile('/usr/lib/ipxe/ipxe.efi', join(images, name));
  await writeFile(join(images, 'x86_64/cmdline'), 'init=/nix/store/installer/init\n');
  await home.site.run('ip', 'address', 'add', `${routerAddress()}/24`, 'dev', 'switch');
  await onSite(dnsmasq()).printed('DHCP, IP range');
  netboot = started(process.execPath, [
    ...[KIKO, 'netboot', '--interface', uplink(), '--images', images, '--nio', home.nio.url],
  ]);
  await netboot.printed('Network boot is served', 30);
}, 180_000);

afterAll(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await execa('ip', ['netns', 'delete', installer], { reject: false });
  await home?.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

function started(command: string, args: readonly string[]): Running {
  const env = { HEARTH_HOME: join(folder, 'hearth') };
  const process = watched(execa(command, args, { all: true, reject: false, stdin: 'ignore', env }));
  running.push(process);
  return process;
}

const onSite = (command: readonly string[]): Running =>
  started('nsenter', [`--target=${home.site.process}`, '--net', '--', ...command]);

/** This system’s interface on the site’s network. */
function uplink(): string {
  const all = Object.entries(networkInterfaces());
  const [name] = all.find(([, list]) => list?.some(({ address }) => address === home.site.address)) ?? [];
  if (name === undefined) throw new Error('the site is not connected');
  return name;
}

const prefix = (): string => home.site.address.replace(/[.]\d+$/, '');
const routerAddress = (): string => `${prefix()}.250`;

const dnsmasq = (): readonly string[] => [
  'dnsmasq',
  ...['--no-daemon', '--conf-file=/dev/null', '--pid-file=', '--port=0', '--no-ping', '--log-dhcp'],
  ...['--interface=switch', '--bind-interfaces', `--dhcp-range=${prefix()}.220,${prefix()}.240,1h`],
  `--dhcp-leasefile=${join(folder, 'leases')}`,
];

/** What the installer is: a machine with that network card, and its own file systems for what it may change. */
async function startInstaller(): Promise<void> {
  await execa('ip', ['netns', 'add', installer]);
  const peer = ['type', 'veth', 'peer', 'name', 'eth0', 'address', MAC, 'netns', installer];
  const site = ['nsenter', `--target=${home.site.process}`, '--net', '--', 'ip', 'link'] as const;
  await execa(site[0], [...site.slice(1), 'add', 'installer', ...peer]);
  await execa(site[0], [...site.slice(1), 'set', 'installer', 'master', 'switch', 'up']);
  for (const change of [
    ['link', 'set', 'lo', 'up'],
    ['link', 'set', 'eth0', 'up'],
    ['address', 'add', `${prefix()}.219/24`, 'dev', 'eth0'],
  ])
    await execa('ip', ['-n', installer, ...change]);
}

const inInstaller = (...command: readonly string[]) => ['netns', 'exec', installer, ...command];

async function bootScript(): Promise<string> {
  return (await execa('ip', inInstaller('curl', '--silent', '--fail', `${http}/ipxe/${MAC}`))).stdout;
}

test('a machine that has nothing comes into the home over the network', { timeout: 300_000 }, async () => {
  // Its firmware gets an address from the router, iPXE from kiko, and the installer’s script.
  const bare = await switchOn(
    {
      folder,
      start: onSite,
      async tap() {
        await home.site.run('ip', 'tuntap', 'add', 'tap0', 'mode', 'tap');
        await home.site.run('ip', 'link', 'set', 'tap0', 'master', 'switch', 'up');
        return 'tap0';
      },
    },
    { firmware: 'uefi', mac: MAC },
  );
  await netboot.printed(new RegExp(`${MAC} at .* got its boot script`), 120);
  await netboot.printed(/loads \/images\/x86_64\/kernel/, 60);
  await bare.printed(/Hearth: the installer for this machine comes over the network/, 10);
  await bare.stop();

  // From here on a namespace does what the installer does: its agent takes NIO’s address and key from the command line.
  await startInstaller();
  const told = /hearth\.nio=(\S+) hearth\.nio-key=(\S+)/.exec(await bootScript());
  expect(told?.[1]).toBe(home.nio.url);
  expect(Buffer.from(told?.[2] ?? '', 'base64').toString('hex')).toBe(home.nio.pin);
  const flags = [
    '--install',
    '--state',
    join(folder, 'state'),
    '--nio',
    told?.[1] ?? '',
    '--nio-key',
    told?.[2] ?? '',
  ];
  const agent = started('ip', inInstaller(process.execPath, AGENT, ...flags));
  await agent.printed(/Pairing code: \S+/, 60);
  const [, name = '', code = ''] = /taken in as (\S+)\.\s+Pairing code: (\S+)/.exec(agent.output()) ?? [];

  // A person compares the code of the screen.
  const listed = JSON.parse(await kiko('machine', 'list', '-o', 'json'));
  expect(listed).toMatchObject([{ metadata: { name }, status: { state: 'Discovered', pairingCode: code } }]);
  expect(listed[0].status.agent.facts.interfaces).toMatchObject([{ name: 'eth0', mac: MAC }]);
  await expect(kiko('machine', 'approve', name, '--code', '0000-0000-0000')).rejects.toThrow('not the code');
  await kiko('machine', 'approve', name, '--code', code);
  expect(await bootScript()).toContain('kernel http');

  // With its system on its disk it is sent there, by a home that is asked while it boots.
  const status = { status: { agent: { mode: 'System' } } };
  const patch = ['--subresource=status', '--type=merge', `--patch=${JSON.stringify(status)}`];
  expect(await home.kubectl(['patch', 'machine', name, '--namespace', MACHINES, ...patch])).toMatchObject({
    ok: true,
  });
  await expect.poll(bootScript, { timeout: 30_000, interval: 1000 }).toContain('It boots from its disk');
});
