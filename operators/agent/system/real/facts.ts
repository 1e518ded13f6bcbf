import { access, readdir, readFile } from 'node:fs/promises';
import { cpus, hostname, networkInterfaces, totalmem } from 'node:os';
import type { MachineFacts } from '@hearth/domain/schema/machine';
import { diskFacts } from './disks.ts';

/** Interfaces that a machine makes for itself: bridges, tunnels, those of containers. */
const VIRTUAL = /^(lo|docker|veth|cni|flannel|cali|br-|virbr|tap|tun|wg|kube)/;

/** What the machine says of itself. */
export async function machineFacts(): Promise<MachineFacts> {
  const [machineId, disks, interfaces, firmware] = await Promise.all([
    readFile('/etc/machine-id', 'utf8'),
    diskFacts(),
    interfaceFacts(),
    firmwareOf(),
  ]);
  const processors = cpus();
  const processor = processors[0]?.model.trim().slice(0, 128);
  return {
    machineId: machineId.trim().replaceAll('-', ''),
    hostname: hostname().split('.')[0]?.slice(0, 63),
    architecture: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
    firmware,
    ...(processor ? { processor } : {}),
    cores: Math.max(1, processors.length),
    memoryBytes: totalmem(),
    disks,
    interfaces,
  };
}

async function firmwareOf(): Promise<MachineFacts['firmware']> {
  const model = await readFile('/proc/device-tree/model', 'utf8').catch(() => '');
  if (model.startsWith('Raspberry Pi')) return 'raspberry-pi';
  return access('/sys/firmware/efi').then(
    () => 'uefi',
    () => 'bios',
  );
}

async function interfaceFacts(): Promise<MachineFacts['interfaces']> {
  const addresses = networkInterfaces();
  const names = (await readdir('/sys/class/net')).filter((name) => !VIRTUAL.test(name)).sort();
  const found: MachineFacts['interfaces'] = [];
  for (const name of names.slice(0, 32)) {
    const mac = (await readFile(`/sys/class/net/${name}/address`, 'utf8').catch(() => '')).trim();
    if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) || mac === '00:00:00:00:00:00') continue;
    const own = (addresses[name] ?? []).map(({ address }) => address.split('%')[0] ?? address);
    const listed = [...new Set(own)].sort().slice(0, 16);
    found.push({ name: name.slice(0, 16), mac, ...(listed.length > 0 ? { addresses: listed } : {}) });
  }
  return found;
}
