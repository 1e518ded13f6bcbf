import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentStatus } from '@hearth/domain/schema/machine';
import { expect, test } from 'vitest';
import type { Session } from '../enrolment/session.ts';
import { CommandFailed, type DiskDevice, type Installation, type System } from '../system/system.ts';
import { autoClock } from '../testing/auto-clock.ts';
import { createFakeMachine } from '../testing/fake-machine.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { runInstaller } from './installer.ts';

const SYSTEM = `/nix/store/${'0'.repeat(32)}-installed`;
const layout = { serial: 'GOOD', device: '/dev/vda', boot: 2 ** 30, system: 2 ** 34, pool: 2 ** 35 };
const disk: DiskDevice = { device: '/dev/vda', serial: 'GOOD', bytes: 2 ** 36, empty: true, inUse: false };
const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

const machine = (spec: object) => ({
  apiVersion: 'nio.hearth.dev/v1alpha1',
  kind: 'Machine',
  metadata: { name: 'alpha', uid: 'uid', resourceVersion: '1' },
  spec: {
    disk: { serial: 'GOOD' },
    assignment: { id: 'one', action: 'Install', closure: SYSTEM },
    ...spec,
  },
  status: { layout },
});

/** A disk that remembers what was done to it. */
function fakeDisk(found: DiskDevice, root: string, fails?: string) {
  const done: string[] = [];
  let mark: string | undefined;
  const step = (name: string) => {
    done.push(name);
    if (name === fails) throw new CommandFailed(name, 1, 'no', 'ended with 1');
  };
  const installation: Installation = {
    disks: async () => [{ ...found, empty: found.empty && mark === undefined }],
    mark: async () => mark,
    async partition(_device, _layout, wanted) {
      mark = wanted;
      step('partition');
    },
    isPartitioned: async () => done.includes('mount'),
    async mount() {
      step('mount');
      return root;
    },
    install: async (path) => step(`install ${path}`),
    finish: async () => step('finish'),
  };
  return { done, installation };
}

/** Runs an installer whose Machine is so, until it restarts the machine or has failed. */
async function install(object: object, installation: Installation, state: string) {
  const clock = autoClock();
  const said: AgentStatus[] = [];
  const ending = new AbortController();
  const base = createFakeMachine(SYSTEM, { [SYSTEM]: {} }, clock).system;
  let restarts = 0;
  const system: System = {
    ...base,
    installation,
    boot: { ...base.boot, reboot: async () => void restarts++ },
  };
  const wire: Session['wire'] = {
    async request<T>(request: { readonly method: string; readonly body?: unknown }): Promise<T> {
      const { status } = (request.body ?? {}) as { readonly status?: { readonly agent: AgentStatus } };
      if (status) said.push(status.agent);
      if (said.at(-1)?.apply?.phase === 'Failed') ending.abort();
      return { metadata: { resourceVersion: '1' }, items: [object] } as T;
    },
    stream: (request) =>
      new Promise((_, reject) =>
        request.signal?.addEventListener('abort', () => reject(request.signal?.reason)),
      ),
  };
  const session: Session = {
    machine: 'alpha',
    namespace: 'hearth-machines',
    wire,
    silence: () => 0,
    troubled: () => undefined,
    keepFresh: async () => undefined,
    close: () => undefined,
  };
  const client = {
    time: async () => clock.now(),
    enrol: () => Promise.reject(new Error('it is enrolled')),
    admit: async () => undefined,
    pairingCode: async () => '',
  };
  const open = async () => session;
  const options = { system, client, clock, logger: silent, version: '1', state, show: () => undefined, open };
  await runInstaller(options, ending.signal);
  return { last: said.at(-1)?.apply, restarts };
}

async function folders(path: string) {
  const [state, root] = [join(path, 'state'), join(path, 'root')];
  for (const folder of [state, root]) await mkdir(folder);
  for (const file of ['machine-key.pem', 'nio-key', 'nio-url', 'admission.json'])
    await writeFile(join(state, file), file);
  return { state, root };
}

test('a machine is installed on its disk, takes its key along, and restarts', async () => {
  await using folder = await scratchFolder();
  const { state, root } = await folders(folder.path);
  const { done, installation } = fakeDisk(disk, root);
  const { last, restarts } = await install(machine({}), installation, state);
  expect(last).toMatchObject({ id: 'one', phase: 'Done' });
  expect([done, restarts]).toEqual([['partition', 'mount', `install ${SYSTEM}`, 'finish'], 1]);
  const taken = join(root, 'var/lib/hearth/agent');
  expect((await readdir(taken)).sort()).toEqual(['machine-key.pem', 'nio-key', 'nio-url']);
  expect(await readFile(join(taken, 'machine-key.pem'), 'utf8')).toBe('machine-key.pem');
});

test('an installation that was cut off goes on, on the disk that it has begun', async () => {
  await using folder = await scratchFolder();
  const { state, root } = await folders(folder.path);
  const { done, installation } = fakeDisk(disk, root, `install ${SYSTEM}`);
  expect((await install(machine({}), installation, state)).last?.phase).toBe('Failed');
  const again = { ...installation, install: async () => void done.push('installed') };
  expect((await install(machine({}), again, state)).last?.phase).toBe('Done');
  expect(done).toEqual(['partition', 'mount', `install ${SYSTEM}`, 'mount', 'installed', 'finish']);
});

test.each([
  ['no consent', machine({ disk: undefined }), disk],
  ['something on the disk', machine({}), { ...disk, empty: false }],
  ['another disk', machine({}), { ...disk, serial: 'OTHER' }],
])('nothing is written where there is %s, and it says why', async (_what, object, found) => {
  await using folder = await scratchFolder();
  const { state, root } = await folders(folder.path);
  const { done, installation } = fakeDisk(found, root);
  const { last, restarts } = await install(object, installation, state);
  expect(last).toMatchObject({ phase: 'Failed', fault: 'Machine', message: expect.stringMatching(/[.]$/) });
  expect([done, restarts]).toEqual([[], 0]);
});
