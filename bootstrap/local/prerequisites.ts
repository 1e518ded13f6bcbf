import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { Failure } from '../failure.ts';
import type { Progress } from '../steps.ts';
import { CNI_FOLDERS } from './native/configuration/containerd.ts';

/** A Debian package, and a file that says that what it brings is there, from wherever. */
export interface Prerequisite {
  readonly package: string;
  /** A command on the PATH, or a file below one of some folders. */
  readonly provides: string | { readonly file: string; readonly folders: readonly string[] };
}

/** What the native driver needs of the machine. */
export const NATIVE_PACKAGES: readonly Prerequisite[] = [
  { package: 'containerd', provides: 'containerd' },
  { package: 'runc', provides: 'runc' },
  { package: 'containernetworking-plugins', provides: { file: 'bridge', folders: CNI_FOLDERS } },
  { package: 'iptables', provides: 'iptables' },
  { package: 'nftables', provides: 'nft' },
  { package: 'conntrack', provides: 'conntrack' },
  { package: 'iproute2', provides: 'ip' },
  { package: 'mount', provides: 'mount' },
];

/** What building images on a machine that can't pull needs in addition. */
export const IMAGE_PACKAGES: readonly Prerequisite[] = [
  { package: 'debootstrap', provides: 'debootstrap' },
  { package: 'buildah', provides: 'buildah' },
];

const ADMIN_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The packages whose content is not on the machine. */
export async function missingPackages(
  wanted: readonly Prerequisite[],
  isThere: (file: string) => Promise<boolean> = isExecutable,
): Promise<string[]> {
  const path = pathFolders();
  const missing: string[] = [];
  for (const { package: name, provides } of wanted) {
    const { file, folders } = typeof provides === 'string' ? { file: provides, folders: path } : provides;
    const found = await Promise.all(folders.map((folder) => isThere(join(folder, file))));
    if (!found.includes(true)) missing.push(name);
  }
  return missing;
}

/** The first file of that name that can be run on the PATH, or where only root's PATH leads. */
export async function findOnPath(command: string): Promise<string | undefined> {
  for (const folder of pathFolders()) {
    if (await isExecutable(join(folder, command))) return join(folder, command);
  }
  return undefined;
}

const pathFolders = (): string[] => [...(process.env.PATH ?? '').split(':'), ...ADMIN_FOLDERS];

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/**
 * Installs what is missing where it may: as root, with apt.
 * @throws Failure that names what to install, where it may not.
 */
export async function ensurePrerequisites(
  wanted: readonly Prerequisite[],
  progress: Progress,
): Promise<void> {
  const missing = await missingPackages(wanted);
  if (missing.length === 0) return;
  const apt = process.getuid?.() === 0 && (await isExecutable('/usr/bin/apt-get'));
  if (!apt) throw new Failure(`Please install ${missing.join(', ')} and try again.`);
  progress(`installing ${missing.join(', ')}`);
  await aptInstall(missing);
}

async function aptInstall(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '--yes', '--no-install-recommends', ...packages];
  const first = await execa('apt-get', install, { env, reject: false });
  if (first.exitCode === 0) return;
  try {
    // The package lists of a fresh machine are empty or old.
    await execa('apt-get', ['update'], { env });
    await execa('apt-get', install, { env });
  } catch (error) {
    const said = error instanceof ExecaError ? String(error.stderr).trim().split('\n').at(-1) : String(error);
    throw new Failure(`Installing ${packages.join(', ')} with apt failed: ${said}`);
  }
}
