import { describe, expect, test } from 'vitest';
import { bootTarget, type KnownMachine } from './machines.ts';

const mac = '52:54:00:12:34:56';
const key = `${'A'.repeat(43)}=`;

function machine(
  change: {
    readonly approved?: boolean;
    readonly mode?: 'Installer' | 'System';
    readonly phase?: 'Testing' | 'Rebooting' | 'Done' | 'Failed';
    readonly action?: 'Install' | 'Apply';
    readonly of?: string;
    readonly mac?: string;
  } = {},
): KnownMachine {
  const { approved = true, mode = 'Installer', phase, action = 'Install', of = '1' } = change;
  const facts = {
    machineId: '0'.repeat(32),
    architecture: 'x86_64',
    firmware: 'uefi',
    cores: 4,
    memoryBytes: 8e9,
    disks: [],
    interfaces: [{ name: 'eth0', mac: change.mac ?? mac }],
  } as const;
  const assignment = {
    id: '1',
    action,
    confirmWindow: '10m',
    drift: 'Correct',
    reboot: 'WhenNeeded',
    credentials: false,
  } as const;
  return {
    spec: {
      ...(approved ? { approval: { publicKey: key } } : {}),
      target: 'Configuration',
      forget: false,
      assignment,
    },
    status: {
      observedGeneration: 1,
      agent: {
        mode,
        facts: { ...facts, disks: [], interfaces: [...facts.interfaces] },
        ...(phase ? { apply: { id: of, phase, message: '', since: '2026-01-01T00:00:00Z' } } : {}),
      },
    },
  };
}

describe('from where a machine boots', () => {
  test.each<[string, 'disk' | 'installer', readonly KnownMachine[]]>([
    ['nobody knows it', 'installer', []],
    ['another is known', 'installer', [machine({ mode: 'System', mac: '52:54:00:00:00:01' })]],
    ['it has its system', 'disk', [machine({ mode: 'System' })]],
    ['it waits in the installer', 'installer', [machine()]],
    ['it is being installed', 'installer', [machine({ phase: 'Testing' })]],
    ['it was installed just now', 'disk', [machine({ phase: 'Rebooting' })]],
    ['it was installed, and has not started yet', 'disk', [machine({ phase: 'Done' })]],
    ['its installation failed', 'installer', [machine({ phase: 'Failed' })]],
    ['it was installed before, and is to be again', 'installer', [machine({ phase: 'Done', of: '0' })]],
    ['a stranger claims its address', 'installer', [machine({ approved: false, mode: 'System' })]],
    [
      'a stranger claims its address in the installer',
      'disk',
      [machine({ approved: false }), machine({ mode: 'System' })],
    ],
  ])('when %s: %s', (_, target, machines) => {
    expect(bootTarget(machines, mac)).toBe(target);
  });
});
