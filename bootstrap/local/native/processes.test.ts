import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  clusterProcesses,
  components,
  ensureProcess,
  isRunning,
  killAll,
  revisionOf,
  stopComponent,
} from './processes.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-processes-'));
});

afterEach(async () => {
  await killAll(() => clusterProcesses(folder));
  await rm(folder, { recursive: true });
});

const sleeper = (seconds: string) => ({ name: 'sleeper', command: 'sleep', arguments: [seconds] });
const pids = () => components(folder).map((process) => process.pid);

describe('ensureProcess', () => {
  test('starts a process once, in a session of its own', async () => {
    await ensureProcess(folder, sleeper('60'));
    const [first] = pids();
    await ensureProcess(folder, sleeper('60'));
    expect(pids()).toEqual([first]);
    expect(components(folder)[0]).toMatchObject({
      component: 'sleeper',
      session: first,
      parent: process.pid,
    });
  });

  test('starts again one that is to run otherwise', async () => {
    await ensureProcess(folder, sleeper('60'));
    const [first] = pids();
    await ensureProcess(folder, sleeper('61'));
    expect(pids()).toHaveLength(1);
    expect(pids()).not.toContain(first);
  });

  test('starts again one that was killed', async () => {
    await ensureProcess(folder, sleeper('60'));
    await killAll(() => clusterProcesses(folder));
    expect(isRunning(folder, 'sleeper')).toBe(false);
    await ensureProcess(folder, sleeper('60'));
    expect(isRunning(folder, 'sleeper')).toBe(true);
  });

  test('replaces a child whose session leader has gone', async () => {
    const shell = { name: 'sleeper', command: 'sh', arguments: ['-c', 'sleep 60 & wait'] };
    await ensureProcess(folder, shell);
    await expect.poll(() => clusterProcesses(folder).length).toBe(2);
    const child = clusterProcesses(folder).find((process) => process.session !== process.pid);
    await killAll(() => components(folder));
    await ensureProcess(folder, shell);
    expect(clusterProcesses(folder).map((process) => process.pid)).not.toContain(child?.pid);
    expect(isRunning(folder, 'sleeper')).toBe(true);
  });

  test('says what can not be started', async () => {
    await expect(ensureProcess(folder, { ...sleeper('60'), command: '/no/such' })).rejects.toThrow(
      '/no/such',
    );
  });
});

test('stopComponent stops that one and leaves the others', async () => {
  await ensureProcess(folder, sleeper('60'));
  await ensureProcess(folder, { ...sleeper('60'), name: 'other' });
  await stopComponent(folder, 'sleeper');
  expect(components(folder).map((process) => process.component)).toEqual(['other']);
});

test('the revision follows the arguments and what is read', () => {
  const revisions = [
    sleeper('1'),
    sleeper('2'),
    { ...sleeper('1'), reads: ['a'] },
    { ...sleeper('1'), reads: ['b'] },
  ];
  expect(new Set(revisions.map(revisionOf)).size).toBe(4);
  expect(revisionOf(sleeper('1'))).toBe(revisionOf(sleeper('1')));
});
