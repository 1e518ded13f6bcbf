import { once } from 'node:events';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { freePort } from '../../../e2e/harness/free-port.ts';
import { waitUntil } from '../../waiting.ts';

/** A real SSH server with a host key of its own, which lets one key in as root. */
export interface TestSshd {
  readonly port: number;
  /** Of its host key, as OpenSSH prints it. */
  readonly fingerprint: string;
  /** The private key that it lets in. */
  readonly identity: string;
  /** A folder for the run. */
  readonly folder: string;
  /** Where the machine’s files are seen from here. */
  readonly root: string;
  stop(): Promise<void>;
}

/** Its machine has a /run and a /var/lib of its own: what is done there is not done to this one. */
const OWN_PLACES = `
mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/lib && mkdir /run/sshd && exec /usr/sbin/sshd "$@"
`;

/** Starts one on a free port of the loopback interface. */
export async function startSshd(): Promise<TestSshd> {
  const folder = await mkdtemp(join(tmpdir(), 'sshd-'));
  const key = async (name: string) => {
    const file = join(folder, name);
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    return file;
  };
  const [host, user] = [await key('host_key'), await key('user_key')];
  const authorized = join(folder, 'authorized_keys');
  await copyFile(`${user}.pub`, authorized);
  const port = await freePort();
  const configuration = join(folder, 'sshd_config');
  await writeFile(
    configuration,
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${host}`,
      `AuthorizedKeysFile ${authorized}`,
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'UsePAM no',
      // It lies below /tmp, where everybody may write.
      'StrictModes no',
      'PidFile none',
      '',
    ].join('\n'),
  );
  const inside = ['--mount', '--', 'sh', '-c', OWN_PLACES, 'sh', '-D', '-e', '-f', configuration];
  const server = execa('unshare', inside, { reject: false });
  await waitUntil('sshd', () => answers(port), { seconds: 10 });
  const { stdout } = await execa('ssh-keygen', ['-lf', `${host}.pub`]);
  return {
    port,
    fingerprint: stdout.split(' ')[1] ?? '',
    identity: user,
    folder,
    root: `/proc/${server.pid}/root`,
    async stop() {
      server.kill();
      await server;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
