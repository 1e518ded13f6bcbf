import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Machine as MachineKind } from '@hearth/domain';
import { Secret } from '@hearth/runtime';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../operators/runtime/fixtures/api.ts';
import { type RecorderProcess, recorderProcess } from '../event-sink/recorder-process.ts';
import {
  approve,
  breakKitchen,
  change,
  configure,
  type Enrolled,
  enrol,
  machineOf,
  mend,
  openStory,
  preview,
  type Story,
  takeBack,
} from './chapters.ts';
import { FIRST, PSK } from './chapters-systems.ts';
import type { Machine } from './machine.ts';
import { MACHINES } from './machines-home.ts';
import {
  filesWith,
  formsOf,
  type ProcessWatch,
  recordCommands,
  recordedCommands,
  watchProcesses,
} from './secrets.ts';

/** A chapter takes its time on a machine that is busy. */
const CHAPTER = 300_000;

let processes: ProcessWatch;
let story: Story;
let recorder: RecorderProcess;
let enrolled: readonly Enrolled[];
/** Everything that the API has shown but Secrets, after each chapter. */
const shown: string[] = [];
/** What nobody is to see. */
const secrets = new Set<string>();

beforeAll(async () => {
  processes = watchProcesses();
  story = await openStory();
  secrets.add(story.psk).add(story.forge.credentials.password);
  recorder = recorderProcess(story.home.kubeconfig, eventLog(), new Uint8Array(32));
  recorder.start();
  await recorder.watching();
}, CHAPTER);

afterEach(async () => {
  for (const machine of story.machines) await collectKeys(machine);
  const kinds = 'machines,nixosconfigurations,events,leases,configmaps,serviceaccounts,roles,rolebindings';
  const args = ['get', kinds, '--all-namespaces', '--show-managed-fields', '-o', 'json'];
  shown.push((await story.home.kubectl(args)).stdout);
});

afterAll(async () => {
  processes?.end();
  await recorder?.kill();
  await story?.close();
});

const eventLog = () => join(story.folder, 'events.db');

/** The key of a machine, and the token that it has now: of both, what makes them secret. */
async function collectKeys(machine: Machine): Promise<void> {
  const read = (name: string) =>
    readFile(machine.diskPath(`/var/lib/hearth/agent/${name}`), 'utf8').catch(() => undefined);
  const [key, admission] = [await read('machine-key.pem'), await read('admission.json')];
  const [, body] = key?.split('\n') ?? [];
  if (body) secrets.add(body);
  const token = admission && (JSON.parse(admission) as { readonly token: string }).token;
  const signature = token?.split('.').at(-1);
  if (signature) secrets.add(signature);
}

const systemOf = (path: string) => path.replace(/^.*-nixos-system-/, '');

describe('three machines', () => {
  test('find NIO on the network, and show the code that the home has of them', {
    timeout: CHAPTER,
  }, async () => {
    enrolled = await enrol(story);
    for (const machine of story.machines) await recordCommands(machine);
    expect(enrolled.map(({ onScreen }) => onScreen)).toEqual(enrolled.map(({ inHome }) => inHome));
    expect(new Set(enrolled.map(({ onScreen }) => onScreen)).size).toBe(3);
    const list = await story.kiko('machine', 'list');
    for (const { name, onScreen } of enrolled)
      expect(list).toMatch(new RegExp(`^${name} +Discovered +${onScreen} `, 'm'));
  });

  test('are let in by their own code, and by no other', { timeout: CHAPTER }, async () => {
    const [one, other] = enrolled;
    await expect(
      story.kiko('machine', 'approve', one?.name ?? '', '--code', other?.onScreen ?? ''),
    ).rejects.toThrow('Nothing is approved.');
    await approve(story, enrolled);
    expect(await story.kiko('machine', 'list')).toMatch(
      /^attic +Ready .*\ncellar +Ready .*\nkitchen +Ready /m,
    );
  });

  test('become what their configurations say, with the files that these bring', {
    timeout: CHAPTER,
  }, async () => {
    const results = await configure(story);
    expect(results.map(({ running }) => systemOf(running))).toEqual([
      'attic-25.05.1',
      'cellar-25.05.1',
      'kitchen-25.05.1',
    ]);
    for (const { name, running } of results)
      expect([name, await machineOf(story, name).bootClosure()]).toEqual([name, running]);
    const attic = machineOf(story, 'attic');
    const file = `/run/hearth/files/${PSK}`;
    expect((await attic.exec('cat', file)).stdout).toBe(story.psk);
    expect((await attic.exec('stat', '--dereference', '--format=%U %a', file)).stdout).toBe('root 400');
    expect((await attic.exec('stat', '--file-system', '--format=%T', '/run/hearth/sets')).stdout).toBe(
      'tmpfs',
    );
    expect((await machineOf(story, 'kitchen').exec('test', '-e', file)).exitCode).toBe(1);
  });

  test('say what another branch would change, and change nothing', { timeout: CHAPTER }, async () => {
    const cellar = machineOf(story, 'cellar');
    const before = await cellar.runningClosure();
    expect(await preview(story, FIRST)).toMatch(/^cellar, preview of [0-9a-f]{12}: nothing changes /);
    // The branch has moved since.
    const text = await preview(story);
    expect(text).toMatch(/^cellar, preview of [0-9a-f]{12}: the machine restarts /);
    expect(text).toContain('linux: 6.12 → 6.13');
    expect(await cellar.runningClosure()).toBe(before);
    expect(cellar.boots()).toBe(1);
  });

  test('follow a commit, and restart only for a kernel', { timeout: CHAPTER }, async () => {
    const results = await change(story);
    expect(results.map(({ running, apply }) => [systemOf(running), apply.diff?.class])).toEqual([
      ['attic-25.05.2', 'live'],
      ['cellar-25.05.2', 'reboot'],
      ['kitchen-25.05.2', 'restart'],
    ]);
    expect(story.machines.map((machine) => machine.boots() > 1)).toEqual([false, true, false]);
    const cellar = machineOf(story, 'cellar');
    expect(await cellar.bootedClosure()).toBe(results[1]?.running);
    expect(await story.kiko('machine', 'diff', 'cellar')).toContain('linux: 6.12 → 6.13');
  });

  test('go back by themselves from a commit that fails, and it is not tried again', {
    timeout: CHAPTER,
  }, async () => {
    const { before, result, sentence, quarantine, revision, others } = await breakKitchen(story);
    expect(result.running).toBe(before);
    expect(await machineOf(story, 'kitchen').bootClosure()).toBe(before);
    expect(result.apply).toMatchObject({ phase: 'RolledBack', fault: 'Configuration', revision });
    expect(sentence).toMatch(
      /^It failed on kitchen: Some of its units do not start .*radio\.service.*This commit is not tried again/,
    );
    expect(quarantine).toEqual([revision]);
    expect(others.map(({ name, apply }) => [name, apply.phase, apply.diff?.class])).toEqual([
      ['attic', 'Done', 'none'],
      ['cellar', 'Done', 'none'],
    ]);
    const { stdout } = await machineOf(story, 'kitchen').exec('systemctl', 'is-active', 'radio');
    expect(stdout).toBe('active');
  });

  test('take the commit that mends it', { timeout: CHAPTER }, async () => {
    const results = await mend(story);
    expect(results.map(({ running }) => systemOf(running))).toContain('kitchen-25.05.4');
  });

  test('are golden when their configurations are gone', { timeout: CHAPTER }, async () => {
    const results = await takeBack(story);
    const golden = enrolled.map((each) => each.golden);
    expect(results.map(({ running }) => running)).toEqual(golden);
    expect(await Promise.all(story.machines.map((machine) => machine.bootClosure()))).toEqual(golden);
    const left = await machineOf(story, 'attic').exec('find', '/run/hearth/files/', '-name', 'psk');
    expect(left.stdout).toBe('');
  });
});

test('a machine without a screen joins by a token, once', { timeout: CHAPTER }, async () => {
  const token = await story.home.token();
  secrets.add(token);
  const shed = await story.home.machine({ name: 'shed', token });
  story.machines.push(shed);
  await shed.boot();
  await eventually(async () => {
    const machine = await story.home.client.get(MachineKind, { namespace: MACHINES, name: 'shed' });
    expect(machine?.status?.state).toBe('Ready');
  }, 60_000);
  await eventually(async () => {
    const tokens = await story.home.client.list(Secret, MACHINES, 'nio.hearth.dev/join-token');
    expect(tokens).toEqual([]);
  });
});

describe('no secret is', () => {
  const wanted = () => [...secrets].flatMap(formsOf);
  /** Whether any text holds a secret; the first characters of what does, and not the secret. */
  const leaks = (texts: readonly string[]) =>
    texts.filter((text) => wanted().some((secret) => text.includes(secret))).map((text) => text.slice(0, 80));

  test('forgotten in this search', () => {
    // Of the first three machines the key and a token; of the fourth too; and the three that were made up here.
    expect(secrets.size).toBeGreaterThanOrEqual(11);
  });

  test('in Nix’s store, or elsewhere on a disk than where the agent keeps its own', async () => {
    for (const machine of story.machines) {
      const folders = ['/nix', '/var', '/etc'].map((folder) => machine.diskPath(folder));
      expect((await filesWith(['golden'], folders)).length).toBeGreaterThan(0);
      const found = await filesWith(wanted(), folders, '--exclude-dir=agent', '--exclude=join-token');
      expect(found).toEqual([]);
    }
  });

  test('in what an agent, a unit or NIO has written', async () => {
    for (const { name } of story.machines) {
      const folder = story.home.site.reach(join(story.home.site.folder, name, 'fake'));
      expect(await filesWith(['systemctl'], [folder])).not.toEqual([]);
      expect(await filesWith(wanted(), [folder])).toEqual([]);
    }
    for (const machine of story.machines) {
      const logs = await filesWith(wanted(), [machine.path('/run/hearth')], '--include=*.log');
      expect(logs).toEqual([]);
    }
    const log = await story.home.nio.log();
    expect(log).toContain('nio-configuration');
    expect(leaks([log])).toEqual([]);
  });

  test('in the arguments or the environment of a process', async () => {
    const recorded = await Promise.all(story.machines.slice(0, 3).map(recordedCommands));
    for (const text of recorded) {
      expect(text).toMatch(/git .*fetch.* https:\/\/198\./);
      expect(text).toMatch(/"command":"nix","args":.*"build".*git\+https:\/\/198\./);
    }
    const seen = processes.seen();
    expect(seen.join('\n')).toContain('operators/agent/main.ts');
    expect(leaks([...recorded, ...seen])).toEqual([]);
  });

  test('in a Machine, a NixOSConfiguration, an Event or anything else that is no Secret', () => {
    const all = shown.join('\n');
    for (const known of [PSK, 'CommitFailed', 'RolledBack', 'machine-attic']) expect(all).toContain(known);
    expect(leaks(shown)).toEqual([]);
  });

  test('in the event log', { timeout: 60_000 }, async () => {
    await recorder.recorded('machines.nio.hearth.dev', 'shed');
    await recorder.stop();
    const files = [story.folder];
    const only = '--include=events.db*';
    expect(await filesWith(['RolledBack'], files, only)).not.toEqual([]);
    expect(await filesWith(wanted(), files, only)).toEqual([]);
  });
});
