import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureNix, resultOf } from './nix.ts';

/** What a workspace loads, by the lock file. */
interface Closure {
  readonly workspaces: readonly { readonly folder: string; readonly link: string | null }[];
  readonly packages: readonly {
    readonly place: string;
    readonly version: string;
    readonly integrity: string;
    readonly url: string;
  }[];
}

const root = join(import.meta.dirname, '../..');
let folder = '';
let closure: Closure;

const closureOf = (workspace: string) =>
  resultOf<Closure>(`import ./lib/npm-closure.nix {
    lock = builtins.fromJSON (builtins.readFile ../package-lock.json);
    workspace = "${workspace}";
  }`);

beforeAll(async () => {
  await ensureNix();
  folder = await mkdtemp(join(tmpdir(), 'hearth-agent-package-'));
  closure = await closureOf('operators/agent');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the packages of a workspace', () => {
  test.each(['operators/agent', 'operators/event-sink', 'operators/identity', 'bootstrap'])(
    'of %s are those that npm would install',
    async (workspace) => {
      const { packages } = await closureOf(workspace);
      expect(packages.map(({ place }) => place).toSorted()).toEqual(await installedByNpm(workspace));
    },
  );

  test('come from the registry by name and version, each with what it must be', async () => {
    const lock = await readLock();
    expect(closure.packages.length).toBeGreaterThan(5);
    for (const { place, version, integrity, url } of closure.packages) {
      expect({ version, integrity }).toEqual({
        version: lock.packages[place]?.version,
        integrity: lock.packages[place]?.integrity,
      });
      const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
      expect(url).toBe(`https://registry.npmjs.org/${name}/-/${basename(name)}-${version}.tgz`);
    }
  });
});

describe('the package of the agent', () => {
  test('is built, without its tests, and runs', { timeout: 120_000 }, async () => {
    await packTarballs();
    const names = { tarballs: join(folder, 'tarballs'), node: process.execPath };
    const { stdout: built } = await execa(
      'nix-build',
      [
        ...['--no-out-link', '--option', 'sandbox', 'false', '--option', 'substitute', 'false'],
        ...['--option', 'build-users-group', ''],
        ...Object.entries(names).flatMap(([name, value]) => ['--argstr', name, value]),
        join(import.meta.dirname, 'agent-package.nix'),
      ],
      { env: storeIn(folder) },
    );
    const { stdout: tests } = await execa('find', [
      join(built, 'lib/hearth/operators'),
      '-name',
      '*.test.ts',
    ]);
    expect(tests).toBe('');
    const asked = await execa(join(built, 'bin/hearth-agent'), ['--what'], { reject: false });
    expect(asked.stderr).toContain('hearth-agent [--nio URL]');
  });
});

/**
 * What npm says of a workspace, as places in the lock file; this repository's own and the optional ones left out. So
 * are those of development: on a fresh install npm lists one all the same, as extraneous.
 */
async function installedByNpm(workspace: string): Promise<string[]> {
  const { packages } = await readLock();
  const args = ['ls', '--omit=dev', '--omit=optional', '--workspace', workspace, '--all', '--parseable'];
  const { stdout } = await execa('npm', args, { cwd: root, reject: false, preferLocal: true });
  const places = stdout.split('\n').map((path) => relative(root, path));
  return places
    .filter((place) => {
      const { integrity, optional, dev } = packages[place] ?? {};
      return integrity !== undefined && !optional && !dev;
    })
    .toSorted();
}

interface Lock {
  readonly packages: Readonly<
    Record<string, { version?: string; integrity?: string; optional?: boolean; dev?: boolean }>
  >;
}

const readLock = async (): Promise<Lock> =>
  JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as Lock;

/** A store of a test's own, which nobody has to clean up. */
const storeIn = (place: string) => ({
  NIX_STORE_DIR: join(place, 'store'),
  NIX_STATE_DIR: join(place, 'state'),
  NIX_LOG_DIR: join(place, 'log'),
  NIX_CONF_DIR: join(place, 'configuration'),
});

/** The packages as the registry has them: a tarball each, with one folder in it. */
async function packTarballs(): Promise<void> {
  for (const { place, url } of closure.packages) {
    const tarball = join(folder, 'tarballs', basename(url));
    await mkdir(dirname(tarball), { recursive: true });
    const source = join(root, place);
    const own = ['--exclude=./node_modules', '--transform=s,^[.],package,'];
    await execa('tar', ['-czf', tarball, ...own, '-C', source, '.']);
  }
}
