import { chmod, mkdir, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../folder.ts';
import { withLock } from '../lock.ts';
import type { Progress } from '../steps.ts';
import { runContained } from './command.ts';
import { makeInput } from './inputs.ts';
import { contextFiles, dockerfileOf, type ImageRecipe, recipeDigest } from './recipe.ts';

/**
 * Makes an image, and those that it starts from, and returns the path of its docker-archive tar.
 *
 * The archive is named by the digest of its recipe: one that is there is returned at once, and a build that was
 * killed leaves nothing that another could mistake for one. Needs root, buildah and debootstrap.
 *
 * @throws Failure with the last lines of what could not be built.
 */
export async function buildImage(recipe: ImageRecipe, progress: Progress): Promise<string> {
  const folder = join(cacheFolder(), 'images');
  const label = recipe.name.replace(/^localhost\/hearth\//, '').replaceAll(/[^\w.]+/g, '-');
  const archive = join(folder, `${label}-${(await recipeDigest(recipe)).slice(0, 16)}.tar`);
  if (await exists(archive)) return archive;

  const bases = await buildBases(recipe, progress);
  const onWait = () => progress(`waiting for another build of ${recipe.name}`);
  return withLock(join(folder, 'locks', label), onWait, async () => {
    if (await exists(archive)) return archive;
    await buildArchive({ recipe, bases, archive, work: join(folder, 'work', label) }, progress);
    await removeOlder(folder, label, archive);
    return archive;
  });
}

async function buildBases(recipe: ImageRecipe, progress: Progress): Promise<Map<string, string>> {
  const archives = new Map<string, string>();
  for (const base of Object.values(recipe.bases ?? {}))
    archives.set(base.name, await buildImage(base, progress));
  return archives;
}

interface Build {
  readonly recipe: ImageRecipe;
  /** The archives of the images that it starts from, by name. */
  readonly bases: ReadonlyMap<string, string>;
  readonly archive: string;
  /** A folder of this build alone. What a killed build left there is removed first. */
  readonly work: string;
}

async function buildArchive({ recipe, bases, archive, work }: Build, progress: Progress): Promise<void> {
  await rm(work, { recursive: true, force: true });
  const context = join(work, 'context');
  const draft = join(work, 'image.tar');
  const say: Progress = (doing) => progress(`${recipe.name}: ${doing}`);
  await layOut(recipe, context, say);
  const buildah = await buildahIn(work);
  for (const [name, base] of bases) {
    say(`from ${name}`);
    await buildah(['pull', `docker-archive:${base}`]);
  }
  await buildah(
    [...budArguments(recipe, context), ...(await trust(recipe)), context],
    (line) => /\bSTEP \d/.test(line) && say(shortened(line)),
  );
  say('writing the archive');
  await buildah(['push', recipe.name, `docker-archive:${draft}:${recipe.name}`]);
  await rename(draft, archive);
  await rm(work, { recursive: true, force: true });
}

/** Copies what the digest covers, so that the build can't read anything else, and makes the other parts. */
async function layOut(recipe: ImageRecipe, context: string, progress: Progress): Promise<void> {
  for (const { path, executable, content } of await contextFiles(recipe)) {
    const file = join(context, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, executable ? 0o755 : 0o644);
  }
  for (const [path, input] of Object.entries(recipe.inputs ?? {})) {
    await makeInput(input, join(context, path), progress);
  }
}

/** A build step of many commands on one line of a terminal. */
const shortened = (line: string): string => (line.length > 90 ? `${line.slice(0, 89)}…` : line);

function budArguments(recipe: ImageRecipe, context: string): string[] {
  const names = Object.entries(recipe.bases ?? {}).map(([argument, base]) => [argument, base.name] as const);
  const args = [...names, ...Object.entries(recipe.args ?? {})];
  return [
    ...['bud', '--isolation', 'chroot', '--pull-never', '--format', 'docker', '--tag', recipe.name],
    ...args.flatMap(([argument, value]) => ['--build-arg', `${argument}=${value}`]),
    ...['--file', join(context, dockerfileOf(recipe))],
  ];
}

const MACHINE_TRUST = '/etc/ssl/certs/ca-certificates.crt';

/**
 * Lets a build trust the authorities that the machine trusts, without leaving them in the image: some networks
 * answer every TLS connection with a certificate of their own. A base made from nothing has no place for the file
 * yet, and fetches nothing by TLS.
 */
async function trust(recipe: ImageRecipe): Promise<string[]> {
  if (!recipe.bases || !(await exists(MACHINE_TRUST))) return [];
  return [
    ...['--volume', `${MACHINE_TRUST}:${MACHINE_TRUST}:ro`],
    ...['--build-arg', `NODE_EXTRA_CA_CERTS=${MACHINE_TRUST}`],
  ];
}

const OVERLAYFS_SUPER_MAGIC = 0x794c7630;

/**
 * Buildah with a store of its own below `work`, which goes with the build: no state is shared between builds, none
 * is left by a killed one, and `/var/lib/containers`, which may be somebody's, is not touched.
 */
async function buildahIn(
  work: string,
): Promise<(args: string[], onLine?: (line: string) => void) => Promise<void>> {
  // The kernel does not stack overlay on overlay, which is what a container's root usually is.
  const driver = (await statfs(work)).type === OVERLAYFS_SUPER_MAGIC ? 'vfs' : 'overlay';
  const store = ['--root', join(work, 'store'), '--runroot', join(work, 'run'), '--storage-driver', driver];
  const temporary = join(work, 'tmp');
  await mkdir(temporary, { recursive: true });
  return (args, onLine = () => undefined) =>
    runContained('buildah', [...store, ...args], { env: { TMPDIR: temporary }, onLine });
}

/** Archives of recipes that have changed since: a few hundred megabytes each. */
async function removeOlder(folder: string, label: string, archive: string): Promise<void> {
  for (const file of await readdir(folder)) {
    const isSameImage = file.slice(0, -'-0123456789abcdef.tar'.length) === label;
    if (isSameImage && join(folder, file) !== archive) await rm(join(folder, file), { force: true });
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
