import { mkdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { refuseDisk } from '../../files/memory.ts';
import { isMissing, syncFolder } from '../../journal/durable-file.ts';
import type { Fetched, Flake, FlakeCredentials, Pin, Store, StorePath } from '../system.ts';
import { contentsOf } from './contents.ts';
import { roomFor } from './room.ts';
import { run } from './run.ts';

/** Where links keep what they lead to from being collected. */
const ROOTS = '/nix/var/nix/gcroots/hearth';
/** In memory, for root alone. */
const CREDENTIALS = '/run/hearth/credentials';
const FLAKES = ['--extra-experimental-features', 'nix-command flakes'];
/** Milliseconds: to fetch, and to build on a small machine. */
const FETCHING = 15 * 60_000;
const BUILDING = 6 * 60 * 60_000;

const metadata = z.object({
  url: z.string(),
  revision: z.string().optional(),
  locked: z.object({ narHash: z.string() }),
});
const built = z.array(z.object({ outputs: z.object({ out: z.string() }) })).min(1);

/** Nix as it is on the machine. */
export function nixStore(): Store {
  return {
    fetch: fetchFlake,
    build,
    async isValid(path) {
      const { exitCode } = await run('nix-store', ['--check-validity', path], { accept: [1] });
      return exitCode === 0;
    },
    pin,
    pinned,
    contents: contentsOf,
    room: roomFor,
  };
}

async function fetchFlake(
  flake: Flake,
  credentials: FlakeCredentials | undefined,
  signal: AbortSignal,
): Promise<Fetched> {
  const { env, options } = await present(flake.url, credentials);
  const args = [
    ...FLAKES,
    'flake',
    'metadata',
    '--json',
    '--no-write-lock-file',
    // Nix remembers for an hour what a branch led to.
    ...(flake.revision === undefined ? ['--refresh'] : []),
    ...options,
    flakeReference(flake),
  ];
  const { stdout } = await run('nix', args, { limit: FETCHING, signal, env });
  const found = metadata.parse(JSON.parse(stdout));
  return { reference: found.url, revision: found.revision, narHash: found.locked.narHash };
}

async function build(
  reference: string,
  attribute: string,
  credentials: FlakeCredentials | undefined,
  signal: AbortSignal,
): Promise<StorePath> {
  const { env, options } = await present(reference, credentials);
  await mkdir(ROOTS, { recursive: true });
  const args = [
    ...FLAKES,
    'build',
    '--json',
    // What is not locked would be another thing tomorrow.
    '--no-update-lock-file',
    '--out-link',
    `${ROOTS}/pending`,
    ...options,
    `${reference}#nixosConfigurations."${attribute}".config.system.build.toplevel`,
  ];
  const { stdout } = await run('nix', args, { limit: BUILDING, signal, env });
  const [first] = built.parse(JSON.parse(stdout));
  if (!first) throw new Error('nix says nothing of what it built');
  return first.outputs.out;
}

/** A flake as Nix writes it. */
export function flakeReference({ url, ref, revision, directory }: Flake): string {
  const query = new URLSearchParams();
  if (directory) query.set('dir', directory);
  if (url.startsWith('github:')) {
    const which = revision ?? ref;
    return withQuery(which ? `${url}/${encodeURIComponent(which)}` : url, query);
  }
  if (ref) query.set('ref', ref);
  if (revision) query.set('rev', revision);
  return withQuery(url, query);
}

const withQuery = (url: string, query: URLSearchParams): string => (query.size > 0 ? `${url}?${query}` : url);

/** Puts credentials where git and Nix find them; never into an argument, which everybody on the machine may see. */
async function present(reference: string, credentials: FlakeCredentials | undefined) {
  const quiet = { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: '', SSH_ASKPASS: '' };
  await rm(CREDENTIALS, { recursive: true, force: true });
  if (!credentials) return { env: { ...quiet, GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' }, options: [] };
  await mkdir(CREDENTIALS, { recursive: true, mode: 0o700 });
  await refuseDisk(CREDENTIALS);
  const put = (name: string, text: string) => writeFile(`${CREDENTIALS}/${name}`, text, { mode: 0o600 });
  if (credentials.kind === 'ssh') {
    await put('key', `${credentials.privateKey.trimEnd()}\n`);
    await put('known_hosts', credentials.knownHosts);
    return { env: { ...quiet, GIT_SSH_COMMAND: SSH.join(' ') }, options: [] };
  }
  const { host, protocol } = hostOf(reference);
  const [user, password] = [credentials.username, credentials.password].map(encodeURIComponent);
  await put('git', `${protocol}//${user}:${password}@${host}\n`);
  await put(
    'netrc',
    `machine ${host.replace(/:\d+$/, '')} login ${credentials.username} password ${credentials.password}\n`,
  );
  const helper = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'credential.helper',
    GIT_CONFIG_VALUE_0: `store --file=${CREDENTIALS}/git`,
  };
  return { env: { ...quiet, ...helper }, options: ['--option', 'netrc-file', `${CREDENTIALS}/netrc`] };
}

/** Git has a shell read it; there is nothing in it from outside. */
const SSH = [
  'ssh',
  `-i ${CREDENTIALS}/key`,
  `-o UserKnownHostsFile=${CREDENTIALS}/known_hosts`,
  '-o IdentitiesOnly=yes',
  '-o StrictHostKeyChecking=yes',
  '-o BatchMode=yes',
];

function hostOf(reference: string): { readonly host: string; readonly protocol: string } {
  if (reference.startsWith('github:')) return { host: 'github.com', protocol: 'https:' };
  return new URL(reference.replace(/^git\+/, ''));
}

async function pinned(name: Pin): Promise<StorePath | undefined> {
  try {
    return await readlink(`${ROOTS}/${name}`);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A link in place of another, at once, and on the disk. */
async function pin(name: Pin, path: StorePath | undefined): Promise<void> {
  await mkdir(ROOTS, { recursive: true });
  const link = `${ROOTS}/${name}`;
  if (path === (await pinned(name))) return;
  if (path === undefined) await rm(link, { force: true });
  else {
    await rm(`${link}.next`, { force: true });
    await symlink(path, `${link}.next`);
    await rename(`${link}.next`, link);
  }
  await syncFolder(ROOTS);
}
