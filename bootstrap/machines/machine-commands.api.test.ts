import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseJoinToken } from '@hearth/domain';
import { execa } from 'execa';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { installDefinitions } from '../../e2e/harness/definitions.ts';
import { type Kubectl, kubectlOf } from '../../e2e/harness/kubectl.ts';
import { writeWhole } from '../files.ts';
import { cacheFolder, clusterFolder } from '../folder.ts';
import { kubectlFor } from '../kubectl.ts';
import { ensureTools } from '../local/native/toolchain.ts';
import { waitUntil } from '../waiting.ts';
import { approvalPatch } from './approve.ts';
import { machineNamed, patchMachine } from './machines.ts';

const entry = resolve(import.meta.dirname, '../kiko.ts');
const namespace = 'hearth-machines';
const publicKey = `${'K'.repeat(43)}=`;
const facts = {
  machineId: '0123456789abcdef0123456789abcdef',
  architecture: 'x86_64',
  firmware: 'uefi',
  cores: 4,
  memoryBytes: 8_000_000_000,
  disks: [
    { name: '/dev/sda', serial: 'WD-1', bytes: 500_000_000_000, empty: true },
    { name: '/dev/sdb', serial: 'WD-2', bytes: 4_000_000_000_000, empty: false },
  ],
  interfaces: [{ name: 'eth0', mac: '52:54:00:12:34:56' }],
};

let home: string;
let kubectl: Kubectl;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'kiko-'));
  await symlink(cacheFolder(), join(home, 'cache'));
  const choice = { driver: 'kubeconfig', kubeconfig: inject('kubeconfig') };
  await writeWhole(
    join(clusterFolder('local', { HEARTH_HOME: home }), 'driver.json'),
    JSON.stringify(choice),
  );
  kubectl = await kubectlOf(inject('kubeconfig'));
  await installDefinitions(kubectl);
  await kubectl(['create', 'namespace', namespace]);
});
afterAll(() => rm(home, { recursive: true, force: true }));

const asking = (...args: readonly string[]) =>
  execa(process.execPath, [entry, ...args], { reject: false, stdin: 'ignore', env: { HEARTH_HOME: home } });

async function kiko(
  ...args: readonly string[]
): Promise<{ readonly ok: boolean; readonly out: string; readonly err: string }> {
  const { exitCode, stdout, stderr } = await asking(...args);
  return { ok: exitCode === 0, out: stdout, err: stderr };
}

/** A machine that has called, as NIO writes it down. */
async function discovered(name: string): Promise<void> {
  await created({
    apiVersion: 'nio.hearth.dev/v1alpha1',
    kind: 'Machine',
    metadata: { name, namespace },
    spec: {},
  });
  const status = {
    observedGeneration: 1,
    state: 'Discovered',
    publicKey,
    pairingCode: '0AB1-CDEF-GH1J',
    agent: { facts },
  };
  const patch = `--patch=${JSON.stringify({ status })}`;
  const args = [
    'patch',
    'machine',
    name,
    '--namespace',
    namespace,
    '--subresource=status',
    '--type=merge',
    patch,
  ];
  expect(await kubectl(args)).toMatchObject({ ok: true });
}

async function created(object: object): Promise<void> {
  expect(await kubectl(['create', '-f', '-'], object)).toMatchObject({ ok: true });
}

/** Has a certificate where NIO keeps its own; the digest of its key. */
async function nioWithKey(): Promise<string> {
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '/dev/null'];
  const { stdout } = await execa('openssl', ['req', '-x509', ...ec, '-subj', '/CN=nio'], {
    stderr: 'ignore',
  });
  await created({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'hearth-nio-tls', namespace: 'hearth-system' },
    stringData: { 'tls.crt': stdout },
  });
  const info = new X509Certificate(stdout).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(info).digest('base64');
}

async function spec(kind: string, name: string): Promise<{ readonly preview?: { readonly id: string } }> {
  const { stdout } = await kubectl(['get', kind, name, '--namespace', namespace, '-o', 'json']);
  return JSON.parse(stdout).spec;
}

describe('kiko machine', () => {
  test('lists who has called, with the codes to compare', async () => {
    await discovered('listed');
    const text = await kiko('machine', 'list');
    expect(text.out).toMatch(/^NAME +STATE +CODE/);
    expect(text.out).toMatch(/^listed +Discovered +0AB1-CDEF-GH1J/m);
    const names = (machines: unknown) =>
      (machines as { metadata: { name: string } }[]).map((each) => each.metadata.name);
    expect(names(JSON.parse((await kiko('machine', 'list', '-o', 'json')).out))).toContain('listed');
    expect(names(load((await kiko('machine', 'list', '-o', 'yaml')).out))).toContain('listed');
  });

  test('approves by the code, and by no other', async () => {
    await discovered('approved');
    const wrong = await kiko('machine', 'approve', 'approved', '--code', '0AB1-CDEF-GH1K');
    expect(wrong).toMatchObject({ ok: false });
    expect(wrong.err).toContain('That is not the code of approved');
    const nobody = await kiko('machine', 'approve', 'approved');
    expect(nobody.err).toContain('Does its screen show 0AB1-CDEF-GH1J? Nobody is there to be asked');
    expect(await spec('machine', 'approved')).not.toHaveProperty('approval');

    const right = await kiko('machine', 'approve', 'approved', '--code', 'oab1 cdef ghlj', '--disk', 'WD-1');
    expect(right).toMatchObject({ ok: true, out: 'approved belongs to the home.' });
    expect(await spec('machine', 'approved')).toMatchObject({
      approval: { publicKey },
      disk: { serial: 'WD-1', erase: false },
    });
    expect((await kiko('machine', 'list')).out).toMatch(/^approved +Discovered +- /m);
  });

  test('names no disk that is not there, and none that is full without a word', async () => {
    await discovered('disks');
    const code = ['--code', '0AB1-CDEF-GH1J'];
    for (const [options, sentence] of [
      [['--disk', 'WD-3'], 'it has WD-1 (/dev/sda), WD-2 (/dev/sdb)'],
      [['--disk', 'WD-2'], '--erase says'],
      [['--erase'], 'name it by --disk'],
    ] as const)
      expect((await kiko('machine', 'approve', 'disks', ...code, ...options)).err).toContain(sentence);
    expect(await spec('machine', 'disks')).not.toHaveProperty('approval');
    expect(await spec('machine', 'disks')).not.toHaveProperty('disk');
  });

  test('takes nothing back that somebody else has said meanwhile', async () => {
    await discovered('twice');
    const { kubectl: binary } = await ensureTools(['kubectl'], () => undefined);
    const plain = kubectlFor(binary, inject('kubeconfig'));
    const seen = await machineNamed(plain, 'twice');
    const code = '0AB1-CDEF-GH1J';
    await kiko('machine', 'approve', 'twice', '--code', code, '--disk', 'WD-1');
    const patch = approvalPatch(seen, { code, disk: 'WD-2', erase: true });
    await expect(patchMachine(plain, seen, patch)).rejects.toThrow(
      'twice has changed since it was looked at',
    );
    expect(await spec('machine', 'twice')).toMatchObject({ disk: { serial: 'WD-1', erase: false } });
  });

  test('takes a machine back to what it was installed with, and forward again', async () => {
    await discovered('reverted');
    expect((await kiko('machine', 'revert', 'reverted')).ok).toBe(true);
    expect(await spec('machine', 'reverted')).toMatchObject({ target: 'Golden' });
    await kiko('machine', 'revert', 'reverted', '--undo');
    expect(await spec('machine', 'reverted')).toMatchObject({ target: 'Configuration' });
  });

  test('shows what an assignment changes', async () => {
    await discovered('compared');
    expect((await kiko('machine', 'diff', 'compared')).out).toBe(
      'Nothing has been assigned to compared yet.',
    );
    const diff = { class: 'restart', changes: ['nginx: 1.24 → 1.26'], more: 3, bytes: -2_500_000 };
    const apply = { id: '1', phase: 'Testing', message: 'It is tried.', since: '2026-01-01T00:00:00Z', diff };
    await kubectl([
      'patch',
      'machine',
      'compared',
      ...['--namespace', namespace, '--subresource=status', '--type=merge'],
      `--patch=${JSON.stringify({ status: { agent: { apply } } })}`,
    ]);
    expect((await kiko('machine', 'diff', 'compared')).out).toBe(
      'compared, Testing: services restart (-2.5 MB)\n  nginx: 1.24 → 1.26\n  and 3 more\nIt is tried.',
    );
  });

  describe('previews', () => {
    const flake = ['--flake', 'git+https://git.example/home', '--ref', 'idea'];

    test('nothing on a machine that is not there, and nothing that nobody has named', async () => {
      await discovered('away');
      expect(await kiko('machine', 'diff', 'away', ...flake)).toMatchObject({
        ok: false,
        err: expect.stringContaining('away is Discovered: a machine builds for itself'),
      });
      expect((await kiko('machine', 'diff', 'away', '--ref', 'idea')).err).toContain('say by --flake');
      expect(await spec('machine', 'away')).not.toHaveProperty('preview');
    });

    test('nothing that is no commit', async () => {
      await ready('wrong');
      const asked = await kiko('machine', 'diff', 'wrong', ...flake, '--revision', 'abc123');
      expect(asked).toMatchObject({ ok: false, err: expect.stringContaining('must be a whole commit') });
      expect(asked.err).not.toContain('can’t be told');
      expect(await spec('machine', 'wrong')).not.toHaveProperty('preview');
    });

    test.each([
      ['Done', true],
      ['Failed', false],
    ])('on the machine, which says that it is %s', async (phase, ok) => {
      const name = `previewed-${phase.toLowerCase()}`;
      await ready(name);
      const asked = kiko('machine', 'diff', name, ...flake);
      const id = await previewId(name);
      expect((await spec('machine', name)).preview).toEqual({
        id,
        flake: { url: 'git+https://git.example/home', ref: 'idea' },
      });
      await say(name, { id: 'of-yesterday', phase: 'Done', message: 'It was yesterday.' });
      await say(name, { id, phase: 'Building', message: 'It is built.' });
      const diff = { class: 'reboot', changes: ['linux: 6.12 → 6.13'], bytes: 1_000_000 };
      await say(name, { id, phase, message: 'That is all.', revision: 'a'.repeat(40), diff });
      expect(await asked).toMatchObject({
        ok,
        out: `${name}, preview of aaaaaaaaaaaa: the machine restarts (+1.0 MB)\n  linux: 6.12 → 6.13\nThat is all.`,
        err: expect.stringContaining('nothing is changed'),
      });
      expect(await spec('machine', name)).not.toHaveProperty('preview');
    });

    test('no further once nobody waits for it, or the machine is gone', async () => {
      await ready('given-up');
      const asked = asking('machine', 'diff', 'given-up', ...flake);
      await previewId('given-up');
      asked.kill('SIGINT');
      expect(await asked).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('Interrupted: given-up'),
      });
      expect(await spec('machine', 'given-up')).not.toHaveProperty('preview');

      await ready('lost');
      const lost = kiko('machine', 'diff', 'lost', ...flake);
      await say('lost', { id: await previewId('lost'), phase: 'Building', message: 'It is built.' });
      await change('lost', 'merge', { status: { state: 'Lost' } }, '--subresource=status');
      expect(await lost).toMatchObject({ ok: false, err: expect.stringContaining('lost is Lost now') });
      expect(await spec('machine', 'lost')).not.toHaveProperty('preview');
    });

    test('for one person at a time', async () => {
      await ready('contended');
      const asked = kiko('machine', 'diff', 'contended', ...flake);
      await previewId('contended');
      const other = { id: 'other', flake: { url: 'git+https://git.example/home' } };
      await change('contended', 'merge', { spec: { preview: other } });
      expect(await asked).toMatchObject({
        ok: false,
        err: expect.stringContaining('Somebody asked contended'),
      });
      expect(await spec('machine', 'contended')).toMatchObject({ preview: other });
    });

    const change = (name: string, type: string, patch: object, ...args: readonly string[]) =>
      kubectl([
        ...['patch', 'machine', name, '--namespace', namespace, `--type=${type}`, ...args],
        `--patch=${JSON.stringify(patch)}`,
      ]);

    async function ready(name: string): Promise<void> {
      await discovered(name);
      await change(name, 'merge', { status: { state: 'Ready' } }, '--subresource=status');
    }

    /** Says what an agent would. */
    const say = (name: string, preview: object) =>
      change(name, 'merge', { status: { agent: { preview } } }, '--subresource=status');

    /** The preview that was asked for, once it is. */
    async function previewId(name: string): Promise<string> {
      let id: string | undefined;
      await waitUntil(
        'that a preview is asked for',
        async () => {
          id = (await spec('machine', name)).preview?.id;
          return id !== undefined;
        },
        { seconds: 30 },
      );
      return id ?? '';
    }
  });

  test('lets a machine go, and forgets one that is gone', async () => {
    await discovered('removed');
    // What NIO holds it by, until the machine is back to what it was.
    const held = JSON.stringify({ metadata: { finalizers: ['nio.hearth.dev/machine'] } });
    await kubectl([
      'patch',
      'machine',
      'removed',
      '--namespace',
      namespace,
      '--type=merge',
      `--patch=${held}`,
    ]);
    expect((await kiko('machine', 'remove', 'removed')).out).toMatch(
      /once it has been taken back, in an hour at most.*--forget cuts it off now/s,
    );
    expect((await kiko('machine', 'remove', 'removed', '--forget')).out).toContain('removed is forgotten');
    expect(await spec('machine', 'removed')).toMatchObject({ forget: true });
    const free = JSON.stringify({ metadata: { finalizers: null } });
    await kubectl([
      'patch',
      'machine',
      'removed',
      '--namespace',
      namespace,
      '--type=merge',
      `--patch=${free}`,
    ]);
    expect((await kiko('machine', 'remove', 'removed')).err).toContain('There is no machine removed');
  });

  test('makes a token that NIO finds, and by which the machine knows NIO', async () => {
    await created({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'hearth-system' } });
    expect((await kiko('machine', 'token')).err).toContain('NIO has no key yet');
    const nioKey = await nioWithKey();
    const { out } = await kiko('machine', 'token', 'attic', '--valid', '5', '--disk', 'WD-9', '-o', 'json');
    const made = JSON.parse(out);
    const found = await kubectl([
      ...['get', 'secret', '--namespace', namespace, '--selector=nio.hearth.dev/join-token'],
      ...['--field-selector=type=nio.hearth.dev/join-token', '-o', 'json'],
    ]);
    const [{ metadata, data }] = JSON.parse(found.stdout).items;
    const field = (name: string) => Buffer.from(data[name], 'base64').toString();
    expect(metadata.name).toBe('join-attic');
    expect(parseJoinToken(made.token)).toEqual({ token: field('token'), nioKey });
    expect(field('token')).toHaveLength(43);
    expect(field('disk')).toBe('WD-9');
    expect(data).not.toHaveProperty('erase');
    const validFor = Date.parse(field('expires')) - Date.now();
    expect(validFor).toBeGreaterThan(4 * 60_000);
    expect(validFor).toBeLessThanOrEqual(5 * 60_000);
  });
});

test('kiko rollout stops a configuration, lets it go on, and has it tried again', async () => {
  await created({
    apiVersion: 'nio.hearth.dev/v1alpha1',
    kind: 'NixOSConfiguration',
    metadata: { name: 'rolled', namespace },
    spec: { flake: { url: 'github:example/home' }, machineRef: { name: 'nobody' }, rollout: { canary: 2 } },
  });
  for (const [verb, rollout] of [
    ['pause', { paused: true, attempt: 0 }],
    ['resume', { paused: false, attempt: 0 }],
    ['retry', { paused: false, attempt: 1 }],
    ['retry', { paused: false, attempt: 2 }],
  ] as const) {
    expect(await kiko('rollout', verb, 'rolled')).toMatchObject({ ok: true });
    expect(await spec('nixosconfiguration', 'rolled')).toMatchObject({ rollout: { canary: 2, ...rollout } });
  }
  expect((await kiko('rollout', 'pause', 'nowhere')).err).toContain('There is no NixOSConfiguration nowhere');
});
