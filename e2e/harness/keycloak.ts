import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { cacheFolder } from '../../bootstrap/folder.ts';
import { makeInput } from '../../bootstrap/images/inputs.ts';
import { ensurePrerequisites, type Prerequisite } from '../../bootstrap/local/prerequisites.ts';
import { freePort } from './free-port.ts';

/** A Keycloak of a test's own. */
export interface Keycloak {
  readonly address: { readonly host: string; readonly port: number };
  /** The password of its admin, whose name is `admin`. */
  readonly token: string;
  /** Of Java itself: the script that starts it becomes it. */
  readonly pid: number;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

const version = '26.0.7';

/** What it needs of the machine. */
const KEYCLOAK_PACKAGES: readonly Prerequisite[] = [
  { package: 'openjdk-17-jre-headless', provides: 'java' },
  { package: 'unzip', provides: 'unzip' },
];

/**
 * Starts a real Keycloak, from Maven Central and on Debian's Java, in a folder of its own, on a free port of the loopback
 * interface. It ends with this process, however that ends.
 * @param url where people reach it, which is its issuer whoever asks it from where.
 * @param start how it is started; if not said, as it is tried out.
 */
export async function startKeycloak(
  url: string,
  start: readonly string[] = ['start-dev'],
): Promise<Keycloak> {
  await ensurePrerequisites(KEYCLOAK_PACKAGES, () => undefined);
  const archive = await fetchArchive();
  const folder = await mkdtemp(join(tmpdir(), 'hearth-keycloak-'));
  await execa('unzip', ['-q', archive, '-d', folder]);
  const [port, token] = [await freePort(), randomBytes(12).toString('hex')];
  const command = join(folder, `keycloak-${version}`, 'bin', 'kc.sh');
  const listening = ['--http-host', '127.0.0.1', '--http-port', `${port}`, '--hostname', url];
  const env = {
    KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
    KC_BOOTSTRAP_ADMIN_PASSWORD: token,
    JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx400m',
  };
  const server = execa('setpriv', ['--pdeathsig=KILL', '--', command, ...start, ...listening], {
    env,
    stdin: 'ignore',
    reject: false,
    // The script first puts Keycloak together, by a Java of its own, which has to go with it.
    detached: true,
  });
  const { pid } = server;
  if (pid === undefined) throw new Error('Keycloak could not be started');
  const stop = async () => {
    process.kill(-pid, 'SIGKILL');
    await server;
    await rm(folder, { recursive: true, force: true });
  };
  if (await answers(port)) return { address: { host: '127.0.0.1', port }, token, pid, stop };
  await stop();
  throw new Error(`Keycloak did not start: ${(await server).stdout}`);
}

/** The distribution, fetched once for all runs. */
async function fetchArchive(): Promise<string> {
  const archive = join(cacheFolder(), 'downloads', `keycloak-${version}.zip`);
  if (await isThere(archive)) return archive;
  await mkdir(dirname(archive), { recursive: true });
  const draft = `${archive}.${process.pid}`;
  const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:zip`;
  await makeInput({ kind: 'maven', artifact }, draft, () => undefined);
  await rename(draft, archive);
  return archive;
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** It makes its code and its database on each start: most of a minute on a small machine, minutes on a busy one. */
async function answers(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 540; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${port}/realms/master`).catch(() => undefined);
    if (answer?.ok) return true;
    await pause(1000);
  }
  return false;
}
