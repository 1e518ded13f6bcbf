import { randomBytes } from 'node:crypto';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { ensurePrerequisites, type Prerequisite } from '../../bootstrap/local/prerequisites.ts';
import { freePort } from './free-port.ts';

const binaries = '/usr/lib/postgresql/15/bin';

/** A PostgreSQL server of a test's own. */
export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  /** A superuser. */
  readonly admin: { readonly username: string; readonly password: string };
  /** All that it has logged: every connection and every statement is. */
  log(): Promise<string>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** What it needs of the machine. */
export const POSTGRES_PACKAGES: readonly Prerequisite[] = [
  { package: 'postgresql-15', provides: { file: 'initdb', folders: [binaries] } },
];

/**
 * Starts a real PostgreSQL (Debian's, installed where it may be) in a folder of its own, on a free port of the
 * loopback interface. It asks everybody for a password and ends with this process, however that ends.
 */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  await ensurePrerequisites(POSTGRES_PACKAGES, () => undefined);
  const folder = await mkdtemp(join(tmpdir(), 'hearth-postgres-'));
  const admin = { username: 'postgres', password: randomBytes(12).toString('hex') };
  const as = await unprivileged(folder);
  await writeFile(join(folder, 'password'), admin.password, { mode: 0o644 });
  const data = join(folder, 'data');
  await execa(
    ...as('initdb', [
      '-D',
      data,
      '-U',
      admin.username,
      '--auth=scram-sha-256',
      '--no-sync',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      `--pwfile=${join(folder, 'password')}`,
    ]),
  );
  const port = await freePort();
  const all = {
    port: `${port}`,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    fsync: 'off',
    log_connections: 'on',
    log_statement: 'all',
    ...settings,
  };
  const options = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const logFile = join(folder, 'log');
  const server = execa(...as('postgres', ['-D', data, ...options]), {
    stdin: 'ignore',
    stdout: { file: logFile },
    stderr: { file: logFile },
    reject: false,
  });
  const stop = async () => {
    server.kill('SIGQUIT');
    await server;
    await rm(folder, { recursive: true, force: true });
  };
  const log = () => readFile(logFile, 'utf8');
  if (!(await isReady(port))) {
    const said = await log();
    await stop();
    throw new Error(`PostgreSQL did not start: ${said}`);
  }
  return { host: '127.0.0.1', port, admin, log, stop };
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made, and dies with this process. */
async function unprivileged(
  folder: string,
): Promise<(command: string, args: string[]) => [string, string[]]> {
  if (process.getuid?.() !== 0) return (command, args) => [join(binaries, command), args];
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await execa('id', [flag, 'postgres'])).stdout)),
  );
  await chown(folder, uid ?? 0, gid ?? 0);
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--pdeathsig=KILL', '--'];
  return (command, args) => ['setpriv', [...identity, join(binaries, command), ...args]];
}

async function isReady(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const { exitCode } = await execa(
      join(binaries, 'pg_isready'),
      ['-q', '-h', '127.0.0.1', '-p', `${port}`],
      { reject: false },
    );
    if (exitCode === 0) return true;
    await pause(100);
  }
  return false;
}
