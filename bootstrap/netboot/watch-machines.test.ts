import { expect, test, vi } from 'vitest';
import type { KnownMachine } from './machines.ts';
import { watchMachines } from './watch-machines.ts';

const mac = '52:54:00:12:34:56';
const installed: KnownMachine = {
  spec: { approval: { publicKey: `${'A'.repeat(43)}=` }, target: 'Configuration', forget: false },
  status: {
    observedGeneration: 1,
    agent: {
      mode: 'System',
      facts: {
        machineId: '0'.repeat(32),
        architecture: 'x86_64',
        firmware: 'uefi',
        cores: 1,
        memoryBytes: 1e9,
        disks: [],
        interfaces: [{ name: 'eth0', mac }],
      },
    },
  },
};

test('a machine keeps its system while the home can’t be asked, and it is said once', async () => {
  const said: string[] = [];
  const ending = new AbortController();
  const read = vi.fn<() => Promise<readonly KnownMachine[]>>();
  read.mockResolvedValueOnce([]);
  const { target } = await watchMachines(read, (line) => said.push(line), ending.signal, 1);
  expect(target(mac)).toBe('installer');
  read.mockResolvedValueOnce([installed]);
  read.mockRejectedValue(new Error('connection refused'));
  await vi.waitFor(() => expect(read.mock.calls.length).toBeGreaterThan(5));
  expect(target(mac)).toBe('disk');
  expect(said).toEqual(['The machines of the home can’t be read now: Error: connection refused']);
  read.mockResolvedValue([]);
  await vi.waitFor(() => expect(target(mac)).toBe('installer'));
  ending.abort();
  expect(said.at(-1)).toBe('The machines of the home can be read again.');
});

test('a home that can’t be asked at all is no home without machines', async () => {
  const read = () => Promise.reject(new Error('connection refused'));
  const never = new AbortController().signal;
  await expect(watchMachines(read, () => undefined, never)).rejects.toThrow('connection refused');
});
