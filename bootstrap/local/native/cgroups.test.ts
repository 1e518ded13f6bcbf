import { expect, test } from 'vitest';
import { cgroupMounts, isInCgroup } from './cgroups.ts';

test('finds the hierarchies of both versions', () => {
  const mountinfo = `27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
33 32 0:27 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu
41 32 0:35 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`;
  expect(cgroupMounts(mountinfo)).toEqual([
    { path: '/sys/fs/cgroup/cpu', unified: false },
    { path: '/sys/fs/cgroup/unified', unified: true },
  ]);
});

test.each([
  ['8:pids:/\n5:cpu:/hearth-local/kubepods/burstable/pod1\n0::/\n', true],
  ['0::/hearth-local\n', true],
  ['0::/hearth-local2/kubepods\n', false],
  ['0::/user.slice/hearth-local\n', false],
  ['', false],
])('%j lies in /hearth-local: %s', (text, expected) => {
  expect(isInCgroup(text, '/hearth-local')).toBe(expected);
});
