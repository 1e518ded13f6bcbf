import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../waiting.ts';
import { startSshd, type TestSshd } from './testing/sshd.ts';

const kiko = resolve(import.meta.dirname, '../kiko.ts');
const nio = 'https://nio.hearth.home.arpa:8443';
const key = `${'A'.repeat(43)}=`;

let sshd: TestSshd;
let archive: string;
let calls: string;

beforeAll(async () => {
  sshd = await startSshd();
  calls = join(sshd.folder, 'kexec-calls');
  archive = await makeArchive('kexec.tar.gz', ['kernel', 'initrd', 'cmdline', 'kexec']);
});
afterAll(() => sshd?.stop());
afterEach(() => rm(calls, { force: true }));

/** An archive with a fake `kexec`, which writes down how it is called, an argument a line. */
async function makeArchive(name: string, files: readonly string[]): Promise<string> {
  const folder = join(sshd.folder, name.replace('.tar.gz', ''));
  await mkdir(folder);
  for (const file of ['kernel', 'initrd']) await writeFile(join(folder, file), `the ${file}`);
  await writeFile(join(folder, 'cmdline'), 'init=/nix/store/installer/init console=tty0\n');
  await writeFile(join(folder, 'kexec'), `#!/bin/sh\nprintf '%s\\n' "$@" --- >> ${calls}\n`);
  await chmod(join(folder, 'kexec'), 0o755);
  await execa('tar', ['-czf', join(sshd.folder, name), '-C', folder, ...files]);
  return join(sshd.folder, name);
}

/** Runs the command as a person would; nobody is there to be asked. */
async function enroll(
  ...options: readonly string[]
): Promise<{ readonly ok: boolean; readonly said: string }> {
  const { exitCode, all } = await execa(
    process.execPath,
    [
      kiko,
      'enroll',
      'root@127.0.0.1',
      ...['--port', String(sshd.port), '--identity', sshd.identity, '--nio', nio, '--nio-key', key],
      ...['--image', archive, ...options],
    ],
    { all: true, reject: false, stdin: 'ignore', env: { HEARTH_HOME: join(sshd.folder, 'hearth') } },
  );
  return { ok: exitCode === 0, said: all };
}

const vouched = () => ['--host-key', sshd.fingerprint];
const called = () => readFile(calls, 'utf8').catch(() => '');

describe('kiko enroll', () => {
  test('shows what the machine is, and starts the installer, which knows where to enrol', async () => {
    const { ok, said } = await enroll(...vouched(), '--yes');
    expect(said).toContain('GB of memory');
    expect(said).toContain('Its disks are left as they are');
    expect(ok).toBe(true);
    await waitUntil('kexec', async () => (await called()).includes('--exec'), { seconds: 10 });
    expect((await called()).split('\n')).toEqual([
      ...['--load', 'kernel', '--initrd=initrd'],
      `--command-line=init=/nix/store/installer/init console=tty0 hearth.nio=${nio} hearth.nio-key=${key}`,
      ...['---', '--exec', '---', ''],
    ]);
    expect(await readFile(join(sshd.root, 'run/hearth-kexec/kernel'), 'utf8')).toBe('the kernel');
  });

  test('asks before, and does nothing where nobody can say yes', async () => {
    const { ok, said } = await enroll(...vouched());
    expect(ok).toBe(false);
    expect(said).toContain('Start the installer on 127.0.0.1 now? Nobody is there to be asked');
    expect(await called()).toBe('');
  });

  test('starts nothing that is not whole', async () => {
    const half = await makeArchive('half.tar.gz', ['kernel', 'cmdline', 'kexec']);
    const { ok, said } = await enroll(...vouched(), '--yes', '--image', half);
    expect(ok).toBe(false);
    expect(said).toContain('On 127.0.0.1 it failed: the archive has no initrd.');
    const torn = join(sshd.folder, 'torn.tar.gz');
    await writeFile(torn, (await readFile(archive)).subarray(0, 100));
    expect((await enroll(...vouched(), '--yes', '--image', torn)).ok).toBe(false);
    expect(await called()).toBe('');
  });

  test('leaves a machine of a home alone', async () => {
    const agent = join(sshd.root, 'var/lib/hearth/agent');
    await mkdir(agent, { recursive: true });
    const { ok, said } = await enroll(...vouched(), '--yes');
    expect(ok).toBe(false);
    expect(said).toContain('Hearth’s agent is on it');
    expect(await called()).toBe('');
    await rm(agent, { recursive: true });
  });
});

describe('the key of a machine', () => {
  test('that nobody vouched for is not accepted, and is not there afterwards either', async () => {
    for (let attempt = 0; attempt < 2; attempt++) {
      const { ok, said } = await enroll('--yes');
      expect(ok).toBe(false);
      expect(said).toContain('The key of 127.0.0.1 is not known here');
      expect(said).not.toContain(sshd.fingerprint);
    }
    expect(await called()).toBe('');
  });

  test('that is another than was told is not accepted, and says which it is', async () => {
    const { ok, said } = await enroll('--host-key', `SHA256:${'A'.repeat(43)}`, '--yes');
    expect(ok).toBe(false);
    expect(said).toContain(`it has ${sshd.fingerprint}`);
    expect(said).toContain('Nothing was sent to it');
    expect(await called()).toBe('');
  });
});
