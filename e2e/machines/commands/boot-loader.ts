import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { step } from './fake.ts';

const LOADER = '/boot/loader';
const KERNELS = '/boot/kernels';
const PROFILES = '/nix/var/nix/profiles';

/** An entry of the boot loader. */
export interface BootEntry {
  readonly id: string;
  /** The kernel's command line. */
  readonly options: string;
}

/**
 * Writes the boot partition as NixOS's installer of systemd-boot does: kernels first, then an entry for each generation
 * of the system profile, and last which of them is the default; what no generation needs any more goes.
 */
export async function installBootLoader(chosen: string): Promise<void> {
  await step('switch:bootloader');
  for (const folder of [KERNELS, `${LOADER}/entries`]) mkdirSync(folder, { recursive: true });
  const systems = new Set([...generations(), chosen]);
  const kept = new Set([...systems].flatMap(placeKernel));
  for (const system of systems) replace(`${LOADER}/entries/${entryId(system)}`, `${optionsOf(system)}\n`);
  await step('switch:entry');
  replace(`${LOADER}/entry`, chosen);
  for (const file of readdirSync(KERNELS)) if (!kept.has(file)) rmSync(`${KERNELS}/${file}`);
}

/** The entries that there are. */
export function bootEntries(): BootEntry[] {
  const folder = `${LOADER}/entries`;
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((id) => ({ id, options: readFileSync(`${folder}/${id}`, 'utf8').trim() }));
}

/** Lets the next start, and only that, be of an entry. */
export function setOneshot({ options }: BootEntry): void {
  const system = /init=(\S+)[/]init\b/.exec(options)?.[1] ?? '';
  replace(`${LOADER}/oneshot`, system);
}

const entryId = (system: string): string => `${basename(system)}.conf`;

const optionsOf = (system: string): string =>
  `init=${system}/init ${readFileSync(`${system}/kernel-params`, 'utf8').trim()}`;

function generations(): string[] {
  return readdirSync(PROFILES)
    .filter((name) => /^system-[0-9]+-link$/.test(name))
    .map((name) => `${PROFILES}/${name}`)
    .filter((path) => existsSync(path))
    .map((path) => realpathSync(path));
}

/** Puts kernel and initial RAM disk where the loader can read them; their names there. */
function placeKernel(system: string): string[] {
  return ['kernel', 'initrd'].map((part) => {
    const file = realpathSync(`${system}/${part}`);
    const name = `${basename(dirname(file))}-${basename(file)}`;
    if (!existsSync(`${KERNELS}/${name}`)) {
      copyFileSync(file, `${KERNELS}/${name}.new`);
      renameSync(`${KERNELS}/${name}.new`, `${KERNELS}/${name}`);
    }
    return name;
  });
}

function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
