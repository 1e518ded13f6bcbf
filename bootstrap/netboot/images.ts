import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../failure.ts';
import type { BootClient } from './dhcp/client.ts';
import { filesBelow, openFile, openText, type ServedFiles } from './files.ts';

/** An installer that iPXE can start. */
export interface Installer {
  /** As Nix names it. */
  readonly architecture: 'x86_64' | 'aarch64';
  /** What its kernel is told, in one line. */
  readonly commandLine: string;
}

/**
 * The folder with what is booted, as the flake’s `netboot-images` makes it:
 *
 *     x86_64/kernel, initrd, cmdline      the installer, and aarch64/ with the same
 *     ipxe/undionly.kpxe                  iPXE, for a BIOS,
 *     ipxe/ipxe.efi, ipxe-arm64.efi       and for UEFI
 *     raspberry-pi/config.txt, …          what is in the boot partition of a Pi’s SD card
 *
 * Not all of it has to be there: what is not is not served.
 */
export interface Images {
  readonly folder: string;
  readonly installers: readonly Installer[];
  /** The file that a client loads first; undefined where there is none for it. */
  firstFile(client: Exclude<BootClient, 'ipxe'>): string | undefined;
  /** All files by their path. */
  readonly files: ServedFiles;
  /** The same, by the names that firmware uses. */
  readonly firmwareFiles: ServedFiles;
}

const FIRST_FILES: Readonly<Record<Exclude<BootClient, 'ipxe'>, string>> = {
  bios: 'ipxe/undionly.kpxe',
  'uefi-x86_64': 'ipxe/ipxe.efi',
  'uefi-arm64': 'ipxe/ipxe-arm64.efi',
  'raspberry-pi': 'raspberry-pi/config.txt',
};

const PI_COMMAND_LINE = 'raspberry-pi/cmdline.txt';

/**
 * Looks through the folder. A Pi has no iPXE: its firmware hands `cmdline.txt` to the kernel, with `parameters` added.
 * @throws Failure where there is no such folder, or nothing in it that could be booted.
 */
export async function readImages(folder: string, parameters: readonly string[]): Promise<Images> {
  const paths = await filesBelow(folder).catch((error: NodeJS.ErrnoException) => {
    throw error.code
      ? new Failure(`${folder} can’t be read as a folder with images (${error.code}).`)
      : error;
  });
  const installers: Installer[] = [];
  for (const architecture of ['x86_64', 'aarch64'] as const)
    if (paths.has(`${architecture}/kernel`))
      installers.push({ architecture, commandLine: await commandLine(folder, paths, architecture) });
  if (installers.length === 0 && !paths.has(FIRST_FILES['raspberry-pi']))
    throw new Failure(
      `There is nothing to boot in ${folder}: neither x86_64/kernel, aarch64/kernel nor ${FIRST_FILES['raspberry-pi']}.`,
    );

  const files: ServedFiles = {
    async open(name) {
      const path = paths.get(name);
      if (path === undefined) return undefined;
      if (name !== PI_COMMAND_LINE) return openFile(path);
      return openText(`${[(await readFile(path, 'utf8')).trim(), ...parameters].join(' ')}\n`);
    },
  };
  return {
    folder,
    installers,
    firstFile: (client) => (paths.has(FIRST_FILES[client]) ? FIRST_FILES[client] : undefined),
    files,
    firmwareFiles: { open: (name) => files.open(firmwareName(name, paths)) },
  };
}

/**
 * The path that firmware means. Some put a slash before it; a Pi looks in a folder that is called like its serial number
 * or its MAC address, and then in none.
 */
export function firmwareName(name: string, paths: ReadonlyMap<string, string>): string {
  const path = name.replace(/^\/+/, '');
  if (paths.has(path)) return path;
  return `raspberry-pi/${path.replace(/^([0-9a-f]{8}|([0-9a-f]{2}-){5}[0-9a-f]{2})\//, '')}`;
}

/** @throws Failure unless the installer is whole, and its command line can stand in a boot script as it is. */
async function commandLine(
  folder: string,
  paths: ReadonlyMap<string, string>,
  architecture: string,
): Promise<string> {
  for (const needed of ['initrd', 'cmdline'])
    if (!paths.has(`${architecture}/${needed}`))
      throw new Failure(
        `${folder} has ${architecture}/kernel, and no ${architecture}/${needed} to go with it.`,
      );
  const line = (await readFile(join(folder, architecture, 'cmdline'), 'utf8')).trim();
  // iPXE replaces ${…}, and ends a command at && and ||.
  if (/[\n\r]|\$\{|&&|\|\|/.test(line))
    throw new Failure(
      `${join(folder, architecture, 'cmdline')} must be one line that means nothing to iPXE.`,
    );
  return line;
}
