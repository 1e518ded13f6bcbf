import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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

/** An OpenLDAP server of a test's own. */
export interface Slapd {
  readonly address: { readonly host: string; readonly port: number };
  readonly baseDN: string;
  /** The root of its database. */
  readonly admin: { readonly dn: string; readonly password: string };
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** What it needs of the machine. */
const SLAPD_PACKAGES: readonly Prerequisite[] = [
  { package: 'slapd', provides: { file: 'slapd', folders: ['/usr/sbin'] } },
];

/**
 * Starts a real slapd (Debian's, installed where it may be) in a folder of its own, on a free port of the loopback
 * interface. It ends with this process, however that ends.
 * @param access its access rules, with BASE in the place of its base.
 */
export async function startSlapd({
  access = '',
  modules = ['pw-sha2'],
}: {
  readonly access?: string;
  readonly modules?: readonly string[];
} = {}): Promise<Slapd> {
  await installSlapd();
  const folder = await mkdtemp(join(tmpdir(), 'hearth-slapd-'));
  const baseDN = 'dc=hearth,dc=home,dc=arpa';
  const admin = { dn: `cn=admin,${baseDN}`, password: randomBytes(12).toString('hex') };
  await mkdir(join(folder, 'data'));
  const rules = access.replaceAll('BASE', baseDN);
  const configuration = configurationOf(folder, modules, baseDN, admin, rules);
  await writeFile(join(folder, 'slapd.conf'), configuration, { mode: 0o600 });
  const port = await freePort();
  const url = `ldap://127.0.0.1:${port}`;
  const arguments_ = ['-d', '0', '-f', join(folder, 'slapd.conf'), '-h', url];
  const server = execa('setpriv', ['--pdeathsig=KILL', '--', '/usr/sbin/slapd', ...arguments_], {
    stdin: 'ignore',
    reject: false,
  });
  const stop = async () => {
    server.kill('SIGKILL');
    await server;
    await rm(folder, { recursive: true, force: true });
  };
  if (await answers(port)) return { address: { host: '127.0.0.1', port }, baseDN, admin, stop };
  server.kill('SIGKILL');
  const { stderr } = await server;
  await stop();
  throw new Error(`slapd did not start: ${stderr}`);
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

const configurationOf = (
  folder: string,
  modules: readonly string[],
  baseDN: string,
  admin: Slapd['admin'],
  access: string,
): string => `${['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')}
modulepath /usr/lib/ldap
${['back_mdb', ...modules].map((name) => `moduleload ${name}`).join('\n')}
pidfile ${folder}/pid
argsfile ${folder}/args
database mdb
maxsize 67108864
dbnosync
suffix "${baseDN}"
rootdn "${admin.dn}"
rootpw ${admin.password}
directory ${folder}/data
${access}
`;

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
