import { createHash } from 'node:crypto';
import { glob, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** How an image is made on a machine that can't pull it, and the name that pods find it under. */
export interface ImageRecipe {
  /** Local name with its tag: `localhost/hearth/postgres:15`. */
  readonly name: string;
  /** Absolute path of the folder that the Dockerfile copies from. */
  readonly context: string;
  /** The Dockerfile, relative to the context. `Dockerfile` when left out. */
  readonly dockerfile?: string;
  /** Globs of what the build may see of the context. Everything when left out; `node_modules` and tests never. */
  readonly files?: readonly string[];
  /** Build arguments. They are part of the image's history: no secrets. */
  readonly args?: Readonly<Record<string, string>>;
  /** Images that the Dockerfile starts from: the build argument that names each one, and its recipe. */
  readonly bases?: Readonly<Record<string, ImageRecipe>>;
  /** What this machine makes and lays into the context first: the file or folder there, and how it is made. */
  readonly inputs?: Readonly<Record<string, HostInput>>;
}

/** A part of an image that is made outside of the build. */
export type HostInput =
  /** A tar of a minimal Debian root file system. */
  | { readonly kind: 'debootstrap'; readonly suite: string; readonly include: readonly string[] }
  /** A static binary of a package that the module in a folder pins. */
  | { readonly kind: 'go'; readonly module: string; readonly package: string; readonly ldflags: string }
  /** A `node_modules` folder of the package.json and lock in a folder. No install script runs. */
  | { readonly kind: 'npm'; readonly folder: string }
  /** A file out of Maven's central repository: `GROUP:ARTIFACT:VERSION:PACKAGING`. */
  | { readonly kind: 'maven'; readonly artifact: string };

/** A file of a build context: its path there, whether it may be executed, and its bytes. */
export interface ContextFile {
  readonly path: string;
  readonly executable: boolean;
  readonly content: Uint8Array;
}

/** Raised when the same recipe has to give another archive than an older Kiko made of it. */
const FORMAT = 1;

/** Path globs that no build sees: they change often and no image runs them. */
const NEVER = ['**/node_modules', '**/node_modules/**', '**/*.test.ts'];

/** The files that a build of this recipe sees, in a fixed order. */
export async function contextFiles(recipe: ImageRecipe): Promise<ContextFile[]> {
  const patterns = recipe.files ? [...recipe.files, dockerfileOf(recipe)] : ['**'];
  return readFiles(recipe.context, patterns);
}

/** The Dockerfile's path in the context. */
export const dockerfileOf = (recipe: ImageRecipe): string => recipe.dockerfile ?? 'Dockerfile';

/**
 * A name for what the recipe makes: a digest of everything that the build reads, so that an archive of that name
 * is never stale. What a package archive serves on a day is outside of it: pins are the recipe's part.
 */
export async function recipeDigest(recipe: ImageRecipe, arch: string = process.arch): Promise<string> {
  const digest = createHash('sha256');
  const { name, args = {} } = recipe;
  digest.update(JSON.stringify([FORMAT, arch, name, dockerfileOf(recipe), sorted(args)]));
  for (const [argument, base] of sorted(recipe.bases ?? {})) {
    digest.update(JSON.stringify([argument, base.name, await recipeDigest(base, arch)]));
  }
  for (const [path, input] of sorted(recipe.inputs ?? {})) digest.update(await inputDigest(path, input));
  for (const file of await contextFiles(recipe)) digest.update(fileDigest(file));
  return digest.digest('hex');
}

async function inputDigest(path: string, input: HostInput): Promise<string> {
  if (input.kind === 'debootstrap' || input.kind === 'maven') return JSON.stringify([path, input]);
  const { folder, rest } = splitFolder(input);
  const files = await readFiles(folder, ['**']);
  return JSON.stringify([path, rest, files.map(fileDigest)]);
}

/** Where the sources of an input lie is a matter of the checkout, not of what is made of them. */
function splitFolder(input: Extract<HostInput, { kind: 'go' | 'npm' }>): { folder: string; rest: unknown } {
  if (input.kind === 'npm') return { folder: input.folder, rest: [input.kind] };
  return { folder: input.module, rest: [input.kind, input.package, input.ldflags] };
}

function fileDigest({ path, executable, content }: ContextFile): string {
  return JSON.stringify([path, executable, createHash('sha256').update(content).digest('hex')]);
}

async function readFiles(folder: string, patterns: readonly string[]): Promise<ContextFile[]> {
  const found = new Map<string, ContextFile>();
  for await (const entry of glob(patterns, { cwd: folder, exclude: NEVER, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file);
    const executable = ((await stat(file)).mode & 0o100) !== 0;
    found.set(path, { path, executable, content: await readFile(file) });
  }
  return sorted(Object.fromEntries(found)).map(([, file]) => file);
}

function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
