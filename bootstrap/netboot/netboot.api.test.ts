import { createHash, randomBytes } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DhcpPacket, parseDhcp } from './dhcp/packet.ts';
import { biosDiscover, phoneDiscover, uefiDiscover } from './dhcp/testing/captures.ts';
import { switchOn } from './testing/emulated.ts';
import { INTERFACE, KIKO, type Lan, makeLan, OTHER_INTERFACE, ROUTER } from './testing/lan.ts';
import type { Running } from './testing/running.ts';

const nio = `https://${KIKO}:8443`;
const key = `${'A'.repeat(43)}=`;
const http = `http://${KIKO}:8069`;
const file = randomBytes(3_000_017);

let lan: Lan;
let images: string;
let kiko: Running;
let router: Running;

const netboot = (...more: string[]) => [
  'netboot',
  '--images',
  images,
  '--nio',
  nio,
  '--nio-key',
  key,
  ...more,
];

beforeAll(async () => {
  lan = await makeLan();
  images = join(lan.folder, 'images');
  for (const name of ['x86_64', 'ipxe']) await mkdir(join(images, name), { recursive: true });
  // For UEFI a kernel is a program like any other: here it is iPXE, which says so when it starts.
  await copyFile('/usr/lib/ipxe/ipxe.efi', join(images, 'x86_64/kernel'));
  await copyFile('/usr/lib/ipxe/ipxe.efi', join(images, 'ipxe/ipxe.efi'));
  await copyFile('/usr/lib/ipxe/undionly.kpxe', join(images, 'ipxe/undionly.kpxe'));
  await writeFile(join(images, 'x86_64/initrd'), file);
  await writeFile(join(images, 'x86_64/cmdline'), 'init=/nix/store/installer/init\n');
  kiko = lan.kiko(netboot('--interface', INTERFACE));
  await kiko.printed('Network boot is served');
});
afterAll(() => lan?.close());

describe('on a network without a DHCP server', () => {
  test('it is said that machines get no address, and when they do', async () => {
    await kiko.printed(`No DHCP server answers on ${INTERFACE}`, 30);
    router = lan.router();
    await kiko.printed(`Addresses come from the DHCP server ${ROUTER}`, 30);
  });
});

describe('beside the router’s DHCP', () => {
  const client = resolve(import.meta.dirname, 'testing/dhcp-client.ts');
  /** What a machine hears within three seconds, from whom. */
  async function answers(machine: string, messages: readonly Buffer[]): Promise<readonly DhcpPacket[]> {
    const hex = messages.map((message) => message.toString('hex'));
    const heard = await lan.run(machine, [process.execPath, client, '3', ...hex]);
    return heard.split('\n').flatMap((line) => parseDhcp(Buffer.from(line, 'hex')) ?? []);
  }
  const sender = ({ options }: DhcpPacket) => options.get(54)?.join('.');

  async function withoutAddress(on: 'lan' | 'other'): Promise<string> {
    const machine = await lan.machine(on);
    await lan.run(machine, ['ip', 'route', 'add', '255.255.255.255', 'dev', 'eth0']);
    return machine;
  }

  test('a machine that boots hears both, one with an address and one with a file', async () => {
    const heard = await answers(await withoutAddress('lan'), [biosDiscover]);
    const own = heard.filter((each) => sender(each) === KIKO);
    expect(own).toMatchObject([{ yiaddr: '0.0.0.0', siaddr: KIKO, file: 'ipxe/undionly.kpxe' }]);
    expect(heard.filter((each) => sender(each) === ROUTER)).toMatchObject([{ file: '' }]);
  });

  test('a telephone hears the router alone', async () => {
    const heard = await answers(await withoutAddress('lan'), [phoneDiscover]);
    expect(heard.map(sender)).toEqual([ROUTER]);
  });

  test('what comes from another network is not heard, by whatever way', async () => {
    const before = kiko.output();
    const machine = await withoutAddress('other');
    expect(await answers(machine, [biosDiscover, uefiDiscover])).toEqual([]);
    // By the address on the other network too, to which the kernel would take it.
    await lan.run(machine, ['ip', 'addr', 'add', '10.99.0.9/24', 'dev', 'eth0']);
    await lan.run(machine, ['ip', 'route', 'add', `${KIKO}/32`, 'via', '10.99.0.2']);
    const curl = ['curl', '--silent', '--max-time', '2', `${http}/ipxe/52:54:00:00:00:01`];
    await expect(lan.run(machine, curl)).rejects.toThrow();
    expect(kiko.output()).toBe(before);
  });

  test('where NIO is, is heard by who asks', async () => {
    const machine = await lan.machine('lan');
    await lan.run(machine, ['ip', 'addr', 'add', '192.168.77.60/24', 'dev', 'eth0']);
    const browse = resolve(import.meta.dirname, 'testing/browse.ts');
    const heard = await lan.run(machine, [process.execPath, browse, '192.168.77.60'], images);
    expect(JSON.parse(heard)).toEqual([{ url: nio, key }]);
  });
});

describe('files', () => {
  let machine: string;
  beforeAll(async () => {
    machine = await lan.machine('lan');
    await lan.run(machine, ['ip', 'addr', 'add', '192.168.77.50/24', 'dev', 'eth0']);
  });

  test('come by TFTP, whatever the line loses', { timeout: 120_000 }, async () => {
    // One packet in 400, in either direction.
    const lossy = [lan.kikos, machine];
    for (const namespace of lossy) {
      await lan.run(namespace, ['nft', 'add table ip lossy']);
      await lan.run(namespace, ['nft', 'add chain ip lossy in { type filter hook input priority 0 ; }']);
      const rule = 'add rule ip lossy in udp dport >= 1024 numgen random mod 400 == 0 counter drop';
      await lan.run(namespace, ['nft', rule]);
    }
    await lan.run(machine, ['tftp', '-m', 'binary', KIKO, '-c', 'get', 'ipxe/ipxe.efi', 'got.efi']);
    for (const namespace of lossy) {
      expect(await lan.run(namespace, ['nft', 'list table ip lossy'])).not.toContain('packets 0');
      await lan.run(namespace, ['nft', 'delete table ip lossy']);
    }
    const got = await readFile(join(lan.folder, 'got.efi'));
    const given = await readFile(join(images, 'ipxe/ipxe.efi'));
    expect(createHash('sha256').update(got).digest('hex')).toBe(
      createHash('sha256').update(given).digest('hex'),
    );
  });

  test.each(['../images/x86_64/cmdline', '/etc/passwd', '../../../../etc/passwd', '..\\..\\etc\\passwd'])(
    'outside of the folder can’t be had: %s',
    async (name) => {
      const said = await lan.run(machine, ['tftp', '-m', 'binary', KIKO, '-c', 'get', name, 'stolen']);
      expect(said).toContain('there is no such file');
      await expect(
        lan.run(machine, ['curl', '--silent', '--fail', '--path-as-is', `${http}/images/${name}`]),
      ).rejects.toThrow();
    },
  );

  test('can’t be put there', async () => {
    await writeFile(join(lan.folder, 'mine'), 'mine');
    const said = await lan.run(machine, ['tftp', '-m', 'binary', KIKO, '-c', 'put', 'mine', 'ipxe/ipxe.efi']);
    expect(said).toContain('this server only gives');
  });

  test('come by HTTP, and go on where they broke off', async () => {
    await writeFile(join(lan.folder, 'initrd'), file.subarray(0, 1_000_000));
    const curl = ['curl', '--silent', '--fail', '--continue-at', '-', '--output', 'initrd'];
    await lan.run(machine, [...curl, `${http}/images/x86_64/initrd`]);
    expect(file.equals(await readFile(join(lan.folder, 'initrd')))).toBe(true);
  });
});

describe('a machine that starts', () => {
  test('with UEFI, gets from its firmware over iPXE to the installer', { timeout: 180_000 }, async () => {
    const mac = '52:54:00:00:00:0e';
    const machine = await switchOn(lan, { firmware: 'uefi', mac });
    await kiko.printed(`${mac} (uefi-x86_64) is told to load ipxe/ipxe.efi`, 60);
    await kiko.printed(/loaded ipxe\/ipxe.efi \(\d+ bytes\) by TFTP/, 60);
    await kiko.printed(`${mac} (ipxe) is told to load ${http}/ipxe/${mac}`, 60);
    await machine.printed('Hearth: the installer for this machine comes over the network.', 60);
    await kiko.printed(/loads \/images\/x86_64\/initrd/, 60);
    // The kernel, which here is iPXE, has started in its turn.
    await machine.printed(/Hearth: the installer.*iPXE initialising devices/s, 60);
    await machine.stop();
    expect(router.output()).toContain(`DHCPACK(eth0)`);
    expect(router.output()).toContain(mac);
  });

  test('with a BIOS, loads kernel and initrd as the script says', { timeout: 90_000 }, async () => {
    const mac = '52:54:00:00:00:0b';
    const machine = await switchOn(lan, { firmware: 'bios', mac });
    await kiko.printed(new RegExp(`${mac} at .* got its boot script`), 60);
    await kiko.printed(/loads \/images\/x86_64\/kernel/, 30);
    await machine.stop();
  });
});

describe('kiko netboot does not start', () => {
  test.each([
    [
      'where another has the port',
      INTERFACE,
      `Another program on this machine has TCP port 8069 of ${INTERFACE}`,
      [],
    ],
    [
      'where another is the DHCP server',
      INTERFACE,
      `has UDP port 67 of ${INTERFACE}, for DHCP`,
      ['--http-port', '8070'],
    ],
    ['on an interface that is not there', 'eth7', 'There is no interface eth7 here', []],
  ])('%s', async (_, name, sentence, more) => {
    const second = lan.kiko(netboot('--interface', name, ...more));
    await second.printed(sentence);
    expect(second.output()).not.toContain('defect');
  });

  test('on an interface without an address', async () => {
    await lan.run(lan.kikos, ['ip', 'addr', 'flush', 'dev', OTHER_INTERFACE]);
    const second = lan.kiko(netboot('--interface', OTHER_INTERFACE));
    await second.printed(`${OTHER_INTERFACE} has no IPv4 address`);
  });
});

test('it ends when it is told to, and leaves no port behind', async () => {
  await kiko.stop();
  const again = lan.kiko(netboot('--interface', INTERFACE));
  await again.printed('Network boot is served');
});
