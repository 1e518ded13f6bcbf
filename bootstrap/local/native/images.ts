import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { execa } from 'execa';
import { cacheFolder } from '../../folder.ts';
import { type ImageSpec, writeImage } from '../../images/archive.ts';

/** An image that the cluster itself needs, as a file that can be imported. */
export interface SystemImage {
  readonly reference: string;
  readonly archive: string;
}

/** The images that a node needs before it can run anything else, each one static binary. */
const SYSTEM_IMAGES = ['pause', 'coredns', 'local-path-provisioner', 'volume'] as const;

/** The name of one of them. */
export type SystemImageName = (typeof SYSTEM_IMAGES)[number];

/** Anyone but root: the provisioner's helper alone must write where root owns. */
const USERS: Record<SystemImageName, string> = {
  pause: '65535:65535',
  coredns: '65532:65532',
  'local-path-provisioner': '65532:65532',
  volume: '0:0',
};

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, ImageSpec['architecture']>> = {
  x64: 'amd64',
  arm64: 'arm64',
};

/**
 * Makes the images of these binaries, tagged by the binary's digest, so that a tag never means something else.
 * Archives that are there are kept.
 */
export async function systemImages(
  binaries: Readonly<Record<SystemImageName, string>>,
): Promise<Record<SystemImageName, SystemImage>> {
  const images = await Promise.all(
    SYSTEM_IMAGES.map(async (name) => [name, await systemImage(name, binaries[name])]),
  );
  return Object.fromEntries(images) as Record<SystemImageName, SystemImage>;
}

async function systemImage(name: SystemImageName, binary: string): Promise<SystemImage> {
  const tag = await fileDigest(binary);
  const reference = `hearth.local/${name}:${tag}`;
  const archive = join(cacheFolder(), 'images', `${name}-${tag}.tar`);
  const there = await access(archive).then(
    () => true,
    () => false,
  );
  if (!there) {
    const files = [{ path: `/${name}`, mode: 0o755, source: { file: binary } }];
    const architecture = ARCHITECTURES[process.arch] ?? 'amd64';
    await writeImage(
      { reference, entrypoint: [`/${name}`], user: USERS[name], files, architecture },
      archive,
    );
  }
  return { reference, archive };
}

async function fileDigest(file: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(file), digest);
  return digest.digest('hex').slice(0, 12);
}

/** The names of the images that the containerd at `socket` has for Kubernetes. */
export async function importedImages(socket: string): Promise<string[]> {
  const { stdout } = await ctr(socket, ['images', 'list', '--quiet']);
  return stdout.split('\n').filter(Boolean);
}

/** Imports every image of a docker-archive or OCI archive, for Kubernetes to use. */
export async function importArchive(socket: string, archive: string): Promise<void> {
  await ctr(socket, ['images', 'import', archive]);
}

const ctr = (socket: string, args: string[]) =>
  execa('ctr', ['--address', socket, '--namespace', 'k8s.io', ...args]);
