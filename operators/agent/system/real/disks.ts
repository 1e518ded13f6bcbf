import { readdir, readFile } from 'node:fs/promises';
import type { MachineFacts } from '@hearth/domain/schema/machine';
import type { DiskDevice } from '../system.ts';
import { run } from './run.ts';

/** What is no disk: memory, loops, the mapper's, optical drives. */
const OTHER = /^(loop|ram|zram|dm-|md|sr|fd|nbd)/;
const SECTOR = 512;

type DiskFact = MachineFacts['disks'][number];

/** The disks of the machine, as `/sys/block` has them. */
export async function diskFacts(): Promise<DiskFact[]> {
  const found: DiskFact[] = [];
  for (const { fact } of await lookAtDisks()) if (fact.serial !== '') found.push(fact);
  return found.slice(0, 32);
}

/** The disks, and whether they are used by what runs now. */
export async function diskDevices(): Promise<DiskDevice[]> {
  const looked = await lookAtDisks();
  return looked.map(({ fact, inUse }) => ({
    device: fact.name,
    serial: fact.serial,
    bytes: fact.bytes,
    empty: fact.empty,
    inUse,
  }));
}

async function lookAtDisks() {
  const names = (await readdir('/sys/block').catch(() => [])).filter((name) => !OTHER.test(name)).sort();
  const used = await mountedDevices();
  const looked: { readonly fact: DiskFact; readonly inUse: boolean }[] = [];
  for (const name of names) {
    const bytes = Number((await read(name, 'size')) || 0) * SECTOR;
    if (bytes === 0) continue;
    const model = (await read(name, 'device/model')).slice(0, 128);
    const parts = (await readdir(`/sys/block/${name}`)).filter((part) => part.startsWith(name));
    const fact: DiskFact = {
      name: `/dev/${name}`,
      serial: await serialOf(name),
      ...(model ? { model } : {}),
      bytes,
      empty: parts.length === 0 && (await isEmpty(`/dev/${name}`)),
      removable: (await read(name, 'removable')) === '1',
      rotational: (await read(name, 'queue/rotational')) === '1',
    };
    const inUse =
      [name, ...parts].some((part) => used.has(`/dev/${part}`)) || (await hasHolders(name, parts));
    looked.push({ fact, inUse });
  }
  return looked;
}

async function read(disk: string, file: string): Promise<string> {
  const text = await readFile(`/sys/block/${disk}/${file}`, 'utf8').catch(() => '');
  return text.trim();
}

/** NVMe and virtio say their serial number in a file, SCSI in a page of its own, the rest to udev alone. */
async function serialOf(disk: string): Promise<string> {
  const said =
    (await read(disk, 'device/serial')) || (await read(disk, 'serial')) || (await scsiSerial(disk));
  const serial = said || (await udevSerial(disk));
  return serial
    .replaceAll(/[^A-Za-z0-9 ._:-]/g, '')
    .trim()
    .slice(0, 128);
}

/** The page 0x80 of the vital product data: four bytes of head, then the text (SPC-4, 7.8.16). */
async function scsiSerial(disk: string): Promise<string> {
  const page = await readFile(`/sys/block/${disk}/device/vpd_pg80`).catch(() => Buffer.alloc(0));
  return page.subarray(4).toString('latin1').replaceAll('\0', '').trim();
}

async function udevSerial(disk: string): Promise<string> {
  const number = await read(disk, 'dev');
  const text = await readFile(`/run/udev/data/b${number}`, 'utf8').catch(() => '');
  return /^E:ID_SERIAL_SHORT=(.*)$/m.exec(text)?.[1] ?? '';
}

/** Whether nothing that anybody has put on a disk is found on it. What can't be read counts as full. */
async function isEmpty(device: string): Promise<boolean> {
  try {
    const { stdout } = await run('wipefs', ['--no-act', '--parsable', device]);
    return stdout.split('\n').every((line) => line === '' || line.startsWith('#'));
  } catch {
    return false;
  }
}

async function mountedDevices(): Promise<Set<string>> {
  const [mounts, swaps] = await Promise.all([
    readFile('/proc/mounts', 'utf8'),
    readFile('/proc/swaps', 'utf8'),
  ]);
  return new Set([...mounts.split('\n'), ...swaps.split('\n')].map((line) => line.split(/\s/)[0] ?? ''));
}

/** What the device mapper or a RAID has built on it. */
async function hasHolders(disk: string, parts: readonly string[]): Promise<boolean> {
  const folders = [
    `/sys/block/${disk}/holders`,
    ...parts.map((part) => `/sys/block/${disk}/${part}/holders`),
  ];
  for (const folder of folders) if ((await readdir(folder).catch(() => [])).length > 0) return true;
  return false;
}
