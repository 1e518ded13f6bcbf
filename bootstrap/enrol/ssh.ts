import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../failure.ts';
import { printable } from '../printable.ts';
import type { Destination } from './destination.ts';
import { trustedLine } from './host-key.ts';

/** A login on a machine whose key has been checked. */
export interface Ssh {
  /** Has its shell run a text, which never depends on anything but the program; gives what it prints. */
  run(script: string): Promise<string>;
  /** Runs a command of that kind with the file as its standard input. */
  feed(command: string, file: string): Promise<void>;
  /** The same with a text. */
  tell(command: string, text: string): Promise<void>;
  close(): Promise<void>;
}

/** How to log in. */
export interface Login {
  readonly destination: Destination;
  /** The fingerprint of its key, as somebody read it on the machine; otherwise it has to be among the known hosts. */
  readonly hostKey?: string | undefined;
  /** A private key to log in with. */
  readonly identity?: string | undefined;
}

const PATIENCE_SECONDS = 15;

/** How to log in wherever it is. A person’s own ssh_config may say otherwise for all hosts; the first word counts. */
const OPTIONS = [
  'StrictHostKeyChecking=yes',
  `ConnectTimeout=${PATIENCE_SECONDS}`,
  // One login for all: a password is asked for once. It ends by itself where this program is cut short.
  'ControlMaster=auto',
  'ControlPersist=60',
  // The machine is nobody’s yet: it gets no keys, no screen and no ports of this one.
  'ForwardAgent=no',
  'ForwardX11=no',
  'ClearAllForwardings=yes',
  'PermitLocalCommand=no',
];

/**
 * Logs in with the OpenSSH of this machine. A key that nobody vouched for is never accepted.
 * @throws Failure where the key is another, or the login is refused.
 */
export async function openSsh(login: Login): Promise<Ssh> {
  const folder = await mkdtemp(join(tmpdir(), 'kiko-enroll-'));
  const { user, host, port } = login.destination;
  try {
    const options = await sshOptions(login, folder);
    const target = [...options, '-p', String(port), '-l', user, '--', host];
    const ssh = async (
      command: string,
      input: { readonly input: string } | { readonly inputFile: string },
    ) => {
      const result = await execa('ssh', [...target, command], { ...input, reject: false });
      if (result.failed) throw sshFailure(login, String(result.stderr));
      return result.stdout;
    };
    return {
      run: (script) => ssh('sh', { input: script }),
      feed: async (command, file) => void (await ssh(command, { inputFile: file })),
      tell: async (command, text) => void (await ssh(command, { input: text })),
      async close() {
        await execa('ssh', ['-O', 'exit', ...target], { reject: false });
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function sshOptions(login: Login, folder: string): Promise<readonly string[]> {
  const known = login.hostKey === undefined ? [] : await knownHosts(login, login.hostKey, folder);
  return [
    ...OPTIONS.flatMap((option) => ['-o', option]),
    ...known,
    ...['-o', `ControlPath=${join(folder, 'control')}`],
    ...(process.stdin.isTTY ? [] : ['-o', 'BatchMode=yes']),
    ...(login.identity === undefined ? [] : ['-o', 'IdentitiesOnly=yes', '-i', login.identity]),
  ];
}

/** Scans the machine's keys, and has ssh know the one that was vouched for, and no other. */
async function knownHosts(
  { destination: { host, port } }: Login,
  hostKey: string,
  folder: string,
): Promise<readonly string[]> {
  const scanned = await execa(
    'ssh-keyscan',
    ['-T', String(PATIENCE_SECONDS), '-p', String(port), '--', host],
    {
      reject: false,
    },
  );
  const file = join(folder, 'known_hosts');
  await writeFile(file, trustedLine(scanned.stdout ?? '', hostKey), { mode: 0o600 });
  return ['-o', `UserKnownHostsFile=${file}`, '-o', 'GlobalKnownHostsFile=/dev/null'];
}

function sshFailure({ destination: { user, host } }: Login, said: string): Failure {
  if (/REMOTE HOST IDENTIFICATION HAS CHANGED/.test(said))
    return new Failure(
      `${host} has another key than the one that this machine knows: either it was set up anew, or something else answers ` +
        'in its place. If you know why, see its key on its own screen and say it by --host-key.',
    );
  if (/Host key verification failed/i.test(said))
    return new Failure(
      `The key of ${host} is not known here. On its own screen, ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub shows it: ` +
        'say it by --host-key SHA256:….',
    );
  if (/Permission denied/i.test(said)) return new Failure(`${host} does not let ${user} in.`);
  const last = said.trim().split('\n').at(-1) ?? '';
  return new Failure(`On ${host} it failed: ${printable(last) || 'the connection ended'}.`);
}
