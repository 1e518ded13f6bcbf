import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lan } from './lan.ts';
import type { Running } from './running.ts';

/** A machine that starts over the network, in software emulation; what its screen shows is its output. */
export interface EmulatedMachine {
  readonly firmware: 'bios' | 'uefi';
  readonly mac: string;
}

/** Switches one on. */
export async function switchOn(
  lan: Pick<Lan, 'folder' | 'tap' | 'start'>,
  { firmware, mac }: EmulatedMachine,
): Promise<Running> {
  const tap = await lan.tap();
  const uefi = firmware === 'uefi';
  return lan.start([
    'qemu-system-x86_64',
    ...['-machine', 'pc,accel=tcg', '-m', '256', '-display', 'none', '-no-reboot', '-serial', 'stdio'],
    ...['-netdev', `tap,id=lan,ifname=${tap},script=no,downscript=no`],
    // The card of a UEFI machine has no iPXE of its own: the firmware boots, as PXE has it.
    ...['-device', `${uefi ? 'virtio-net-pci,romfile=' : 'e1000'},netdev=lan,mac=${mac}`, '-boot', 'n'],
    ...(uefi ? await uefiFlash(lan.folder, mac) : []),
  ]);
}

async function uefiFlash(folder: string, mac: string): Promise<readonly string[]> {
  const variables = join(folder, `variables-${mac.replaceAll(':', '')}.fd`);
  await copyFile('/usr/share/OVMF/OVMF_VARS.fd', variables);
  return [
    ...['-drive', 'if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE.fd'],
    ...['-drive', `if=pflash,format=raw,file=${variables}`],
  ];
}
