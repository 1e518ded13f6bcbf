import { access, constants, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { Failure } from '../../failure.ts';
import { cacheFolder } from '../../folder.ts';
import { withLock } from '../../lock.ts';
import type { Progress } from '../../steps.ts';
import { buildArguments, moduleDigest, moduleOf, TOOLS_FOLDER, type ToolModule } from './tools.ts';

/**
 * Sees to it that the named binaries are there, building those that are not from their pinned Go modules, and
 * gives the path of each. A binary in the folder that `HEARTH_BIN` names is taken as it is.
 *
 * Safe to cut off anywhere: a binary appears whole, by a rename, and Go's own cache keeps what was compiled.
 * @throws Failure when Go is missing or too old, or a build fails.
 */
export async function ensureTools<Name extends string>(
  names: readonly Name[],
  progress: Progress,
): Promise<Record<Name, string>> {
  const paths: Partial<Record<Name, string>> = {};
  for (const [index, name] of names.entries()) {
    const tell: Progress = (doing) => progress(`${name} (${index + 1} of ${names.length}) ${doing}`);
    paths[name] = (await givenTool(name)) ?? (await builtTool(name, tell));
  }
  return paths as Record<Name, string>;
}

/** Whether all of these are there already, so that nothing would be built. */
export async function haveTools(names: readonly string[]): Promise<boolean> {
  for (const name of names) {
    if (await givenTool(name)) continue;
    if (!(await executable(join(await builtFolder(moduleOf(name)), name)))) return false;
  }
  return true;
}

async function givenTool(name: string): Promise<string | undefined> {
  const folder = process.env.HEARTH_BIN;
  return folder ? executable(join(folder, name)) : undefined;
}

async function executable(file: string): Promise<string | undefined> {
  return access(file, constants.X_OK).then(
    () => file,
    () => undefined,
  );
}

async function builtFolder(module: ToolModule): Promise<string> {
  return join(cacheFolder(), 'bin', `${module.folder}-${await moduleDigest(module)}`);
}

async function builtTool(name: string, progress: Progress): Promise<string> {
  const module = moduleOf(name);
  const folder = await builtFolder(module);
  const file = join(folder, name);
  if (await executable(file)) return file;
  // One build at a time on the whole machine: two of Kubernetes at once need more memory than a small one has.
  const lock = join(cacheFolder(), 'locks', 'build');
  await withLock(
    lock,
    () => progress('waits for another build'),
    async () => {
      if (await executable(file)) return;
      await mkdir(folder, { recursive: true });
      // Go refuses to write over half of a binary, which a build that was killed may have left.
      await rm(`${file}.draft`, { force: true });
      await compile(module, name, `${file}.draft`, progress);
      await rename(`${file}.draft`, file);
    },
  );
  return file;
}

async function compile(module: ToolModule, name: string, target: string, progress: Progress): Promise<void> {
  const cwd = join(TOOLS_FOLDER, module.folder);
  // Without cgo the binaries are static, need no C compiler, and can be the only file of an image.
  const env = { CGO_ENABLED: '0' };
  await requireGo(cwd, name);
  const start = performance.now();
  const tell = () =>
    progress(`compiling, ${compiled} packages, ${Math.round((performance.now() - start) / 1000)} s`);
  let compiled = 0;
  tell();
  const build = execa('go', ['build', '-v', ...buildArguments(module, name, target).slice(1)], { cwd, env });
  build.stderr.on('data', (chunk: Buffer) => {
    compiled += chunk.toString().split('\n').length - 1;
  });
  const timer = setInterval(tell, 1000);
  try {
    await build;
  } catch (error) {
    throw new Failure(`Building ${name} failed: ${lastLines(error)}`);
  } finally {
    clearInterval(timer);
  }
}

/** Go fetches the toolchain that a go.mod names by itself; what it says when it can't is passed on. */
async function requireGo(cwd: string, name: string): Promise<void> {
  try {
    await execa('go', ['env', 'GOVERSION'], { cwd });
  } catch (error) {
    if (error instanceof ExecaError && error.code === 'ENOENT') {
      throw new Failure(
        `Go 1.26 or newer is needed to build ${name}; install it from https://go.dev/dl/ and try again.`,
      );
    }
    throw new Failure(
      `The installed Go is too old to build ${name}, install 1.26 or newer: ${lastLines(error)}`,
    );
  }
}

function lastLines(error: unknown): string {
  const text = error instanceof ExecaError ? String(error.stderr ?? error.shortMessage) : String(error);
  return text.trim().split('\n').slice(-4).join(' | ');
}
