import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import { destination } from '../enrol/destination.ts';
import { approach } from '../enrol/enrol.ts';
import { factLines } from '../enrol/facts.ts';
import { toldFingerprint } from '../enrol/host-key.ts';
import { openSsh } from '../enrol/ssh.ts';
import { Failure } from '../failure.ts';
import { type NioOptions, nioFor } from '../machines/nio.ts';
import { askYes, type CommonOptions, kikoCommand, kubectlIfPresent, port, printResult } from './options.ts';

interface EnrollOptions extends CommonOptions, NioOptions {
  readonly image: string;
  readonly hostKey?: string;
  readonly identity?: string;
  readonly port: number;
  readonly yes?: boolean;
}

/** `kiko enroll USER@HOST`: has a machine with a rescue shell start the installer. */
export const enrollCommand = (): Command =>
  kikoCommand('enroll', 'have a machine that you can log in to by SSH start the installer')
    .argument('<user@host>', 'where to log in: root@192.168.1.20')
    .requiredOption('--image <file>', 'the archive that the flake builds as kexec-image, of its architecture')
    .option('--host-key <fingerprint>', 'the key of the machine, as ssh-keygen -l prints it there')
    .option('--identity <file>', 'the private key to log in with')
    .option('--port <port>', 'where its SSH server listens', port, 22)
    .option('--nio <url>', 'where machines enrol, such as https://192.168.1.5:8443')
    .option('--nio-key <hash>', 'the SHA-256 of NIO’s key in base64: the machine then trusts no other')
    .option('--yes', 'do not ask before the machine is taken over')
    .action(enroll);

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function enroll(where: string, options: EnrollOptions): Promise<void> {
  const there = destination(where, options.port);
  const hostKey = options.hostKey === undefined ? undefined : toldFingerprint(options.hostKey);
  await access(options.image).catch(() => {
    throw new Failure(`There is no archive ${options.image}.`);
  });
  const { nio } = await nioFor(options, await kubectlIfPresent(options.name));
  const ssh = await openSsh({ destination: there, hostKey, identity: options.identity });
  try {
    const { facts, start } = await approach(ssh, there);
    say(factLines(facts));
    if (!options.yes) await askYes(`Start the installer on ${there.host} now?`, '--yes');
    await start(options.image, nio, (doing) => say(`${there.host}: ${doing}…`));
    const text = `${there.host} starts the installer, and enrols at ${nio.url}. kiko machine list shows it then; compare the code.`;
    printResult(options, { host: there.host, facts, nio }, text);
  } finally {
    await ssh.close();
  }
}
