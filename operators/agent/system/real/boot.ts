import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Boot, StorePath, TrialMethod } from '../system.ts';
import { run } from './run.ts';

const entries = z.array(z.object({ id: z.string(), options: z.string().optional() }));

/**
 * How a system is started once. systemd-boot has an entry for that (`bootctl set-oneshot`), which it forgets when it
 * has read it: should the machine hang, its next start is of the default, which is still what is known good. With
 * another boot loader the running kernel starts the next one (kexec), of which the boot loader knows nothing at all. A
 * Raspberry Pi can do neither: there a new kernel is never tried unattended.
 */
export function bootLoader(): Boot {
  let method: Promise<TrialMethod> | undefined;
  const trialMethod = () => {
    method ??= findMethod();
    return method;
  };
  return {
    trialMethod,
    async tryOnce(path) {
      if ((await trialMethod()) === 'oneshot') {
        await run('bootctl', ['set-oneshot', await entryOf(path)]);
        await run('systemctl', ['reboot']);
      } else {
        await load(path);
        await run('systemctl', ['kexec']);
      }
    },
    async reboot() {
      await run('systemctl', ['reboot']);
    },
  };
}

async function findMethod(): Promise<TrialMethod> {
  if (await succeeds('bootctl', ['is-installed'])) return 'oneshot';
  const model = await readFile('/proc/device-tree/model', 'utf8').catch(() => '');
  const canLoad = await access('/sys/kernel/kexec_loaded').then(
    () => true,
    () => false,
  );
  if (!canLoad || model.startsWith('Raspberry Pi')) return 'none';
  return (await succeeds('kexec', ['--version'])) ? 'kexec' : 'none';
}

async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await run(command, args);
    return true;
  } catch {
    return false;
  }
}

/** The boot loader's entry for a system: the one whose kernel is told to start it. */
async function entryOf(path: StorePath): Promise<string> {
  const { stdout } = await run('bootctl', ['list', '--json=short', '--no-pager']);
  const found = entries
    .parse(JSON.parse(stdout))
    .find(({ options = '' }) => options.split(' ').includes(`init=${path}/init`));
  if (!found) throw new Error(`the boot loader has no entry for ${path}`);
  return found.id;
}

async function load(path: StorePath): Promise<void> {
  const parameters = (await readFile(join(path, 'kernel-params'), 'utf8')).trim();
  await run('kexec', [
    '--load',
    join(path, 'kernel'),
    `--initrd=${join(path, 'initrd')}`,
    `--command-line=init=${path}/init ${parameters}`,
  ]);
}
