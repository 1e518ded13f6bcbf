import { mkdir } from 'node:fs/promises';
import type { DiskLayout } from '@hearth/domain/schema/machine';
import type { Installation } from '../system.ts';
import { diskDevices } from './disks.ts';
import { run } from './run.ts';

/** Where the new system is mounted while it is installed. */
const ROOT = '/mnt';
const MEBIBYTE = 2 ** 20;
/** Milliseconds: to copy a system to a slow card. */
const INSTALLING = 2 * 60 * 60_000;
const LABELS = { boot: 'hearth-boot', system: 'hearth-system', data: 'hearth-data' } as const;

/** A disk as `nix/lib/layout.nix` describes it: boot, system, and a volume group with one thin pool for data. */
export function installation(): Installation {
  return {
    disks: diskDevices,
    async mark(device) {
      const { stdout } = await run('sgdisk', ['--print', device], { accept: [1, 2, 3, 4] });
      return /^Disk identifier \(GUID\): ([0-9A-F-]{36})$/m.exec(stdout)?.[1];
    },
    async partition(device, layout, mark) {
      const data = partitionOf(device, 3);
      // What an installation that was cut off has left of itself; by its place, for another disk may have the same name.
      await run('umount', ['--recursive', ROOT], { accept: [1, 32] });
      await run('vgremove', ['--yes', '--force', '--select', `pv_name=${data}`], { accept: [5] });
      await run('sgdisk', ['--zap-all', device], { accept: [2] });
      await run('sgdisk', [...tableOf(layout, mark), device]);
      await run('udevadm', ['settle', '--timeout=30']);
      await run('wipefs', ['--all', partitionOf(device, 1), partitionOf(device, 2), data]);
      await run('mkfs.vfat', ['-F', '32', '-n', 'HEARTH-BOOT', partitionOf(device, 1)]);
      const formatting = { limit: 10 * 60_000 };
      await run('mkfs.ext4', ['-q', '-F', '-L', LABELS.system, partitionOf(device, 2)], formatting);
      await makePool(data);
    },
    async isPartitioned(device) {
      const columns = ['--noheadings', '--options'];
      const pools = await run('lvs', [...columns, 'lv_name', 'hearth/data'], { accept: [5] });
      const owner = await run('pvs', [...columns, 'vg_name', partitionOf(device, 3)], { accept: [5] });
      return pools.stdout.trim() === 'data' && owner.stdout.trim() === 'hearth';
    },
    async mount(device) {
      await mkdir(ROOT, { recursive: true });
      await mountOnce(partitionOf(device, 2), ROOT, ['-o', 'noatime']);
      await mkdir(`${ROOT}/boot`, { recursive: true });
      await mountOnce(partitionOf(device, 1), `${ROOT}/boot`, ['-o', 'umask=0077']);
      return ROOT;
    },
    async install(path, root) {
      const args = ['--system', path, '--root', root, '--no-root-passwd', '--no-channel-copy'];
      await run('nixos-install', args, { limit: INSTALLING });
    },
    async finish(root) {
      await run('sync', []);
      await run('umount', ['--recursive', root]);
    },
  };
}

async function makePool(partition: string): Promise<void> {
  // A volume group of that name from before would be another disk's: it is never taken away, LVM refuses instead.
  await run('pvcreate', ['--yes', '--force', partition]);
  await run('vgcreate', ['hearth', partition]);
  // What is left over lets LVM enlarge and mend the pool's metadata.
  await run('lvcreate', ['--yes', '--type', 'thin-pool', '--extents', '95%FREE', '--name', 'data', 'hearth']);
}

async function mountOnce(device: string, place: string, options: readonly string[]): Promise<void> {
  const { exitCode } = await run('findmnt', ['--source', device, '--target', place], { accept: [1] });
  if (exitCode !== 0) await run('mount', [...options, device, place]);
}

/** What sgdisk makes of an empty disk. The mark is there from the first moment on: the table is written at once. */
export function tableOf({ boot, system }: DiskLayout, mark: string): string[] {
  return [
    `--disk-guid=${mark}`,
    `--new=1:1M:+${inMebibytes(boot)}`,
    '--typecode=1:EF00',
    `--change-name=1:${LABELS.boot}`,
    `--new=2:0:+${inMebibytes(system)}`,
    '--typecode=2:8300',
    `--change-name=2:${LABELS.system}`,
    '--new=3:0:0',
    '--typecode=3:8E00',
    `--change-name=3:${LABELS.data}`,
  ];
}

/** The kernel puts a p before the number where the name of the disk ends in a digit. */
export function partitionOf(device: string, number: 1 | 2 | 3): string {
  return `${device}${/[0-9]$/.test(device) ? 'p' : ''}${number}`;
}

/** sgdisk takes a bare number for sectors, and a sector is not the same on every disk. */
function inMebibytes(bytes: number): string {
  if (bytes <= 0 || bytes % MEBIBYTE !== 0) throw new Error(`a partition of ${bytes} bytes is not whole MiB`);
  return `${bytes / MEBIBYTE}M`;
}
