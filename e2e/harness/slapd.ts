import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import {
  ensurePrerequisites,
  missingPackages,
  type Prerequisite,
} from '../../bootstrap/local/prerequisites.ts';
import { freePort } from './free-port.ts';

/** An OpenLDAP server of a test's own, set up as the image of the directory is. */
export interface Slapd {
  readonly address: { readonly host: string; readonly port: number };
  readonly baseDN: string;
  /** The root of its database. */
  readonly admin: { readonly dn: string; readonly password: string };
  /** Ends it at once; its data stays. */
  kill(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** What a test may have otherwise than the image. */
export interface SlapdOptions {
  /** A module that it goes without. */
  readonly without?: 'pw-sha2';
}

/** What it needs of the machine. */
const SLAPD_PACKAGES: readonly Prerequisite[] = [
  { package: 'slapd', provides: { file: 'slapd', folders: ['/usr/sbin'] } },
];

const IMAGE = join(import.meta.dirname, '../images/openldap');
const ACCESS = join(import.meta.dirname, '../../operators/app/sso/openldap/access.conf');

/**
 * Starts a real slapd (Debian's, installed where it may be) by the entry point and the configuration of the image, in
 * a folder of its own, on a free port of the loopback interface: with a base, and nobody in it. It ends with this
 * process, however that ends.
 */
export async function startSlapd({ without }: SlapdOptions = {}): Promise<Slapd> {
  await installSlapd();
  const folder = await mkdtemp(join(tmpdir(), 'hearth-slapd-'));
  const domain = 'hearth.home.arpa';
  const baseDN = 'dc=hearth,dc=home,dc=arpa';
  const admin = { dn: `cn=admin,${baseDN}`, password: randomBytes(12).toString('hex') };
  await configure(folder, without);
  const port = await freePort();
  const env = {
    DIRECTORY_DOMAIN: domain,
    DIRECTORY_ADMIN_PASSWORD: admin.password,
    DIRECTORY_CONFIG: join(folder, 'config'),
    DIRECTORY_DATA: join(folder, 'data'),
    DIRECTORY_RUN: join(folder, 'run'),
    DIRECTORY_LISTEN: `ldap://127.0.0.1:${port}`,
  };
  let server: ReturnType<typeof launch> | undefined;
  const kill = async () => {
    server?.kill('SIGKILL');
    await server;
  };
  const start = async () => {
    server = launch(env);
    if (await answers(port)) return;
    await kill();
    throw new Error(`slapd did not start: ${(await server).stderr}`);
  };
  const stop = async () => {
    await kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: { host: '127.0.0.1', port }, baseDN, admin, kill, start, stop };
}

/** Debian's package would set up and start a server of its own, with a domain made from the machine's name. */
async function installSlapd(): Promise<void> {
  if ((await missingPackages(SLAPD_PACKAGES)).length > 0) {
    await execa('debconf-set-selections', {
      input: 'slapd slapd/no_configuration boolean true',
      reject: false,
    });
  }
  await ensurePrerequisites(SLAPD_PACKAGES, () => undefined);
}

async function configure(folder: string, without: string | undefined): Promise<void> {
  await mkdir(join(folder, 'config'));
  await mkdir(join(folder, 'data'));
  await copyFile(ACCESS, join(folder, 'config/access.conf'));
  const configuration = await readFile(join(IMAGE, 'slapd.conf'), 'utf8');
  const lines = configuration.split('\n').filter((line) => line !== `moduleload ${without}`);
  // A test's machine need not survive a power cut.
  const faster = lines.flatMap((line) => (line === 'database mdb' ? [line, 'dbnosync'] : [line]));
  await writeFile(join(folder, 'config/slapd.conf'), faster.join('\n'));
}

const launch = (env: Record<string, string>) =>
  execa('setpriv', ['--pdeathsig=KILL', '--', join(IMAGE, 'entrypoint.sh')], {
    env,
    stdin: 'ignore',
    stdout: 'ignore',
    reject: false,
  });

async function answers(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isOpen) return true;
    await pause(100);
  }
  return false;
}
