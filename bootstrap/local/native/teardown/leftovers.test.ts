import { expect, test } from 'vitest';
import { isUnboundSocket } from './leftovers.ts';

const SOCKETS = `Num       RefCount Protocol Flags    Type St Inode Path
00000000bbdf6f1c: 00000002 00000000 00010000 0001 01 99164 /run/containerd/s/3f81
`;

test.each([
  ['/run/containerd/s/3f81', false],
  ['/run/containerd/s/3f8', true],
  ['/run/containerd/s/0000', true],
])('%s is unbound: %s', (path, expected) => {
  expect(isUnboundSocket(path, SOCKETS)).toBe(expected);
});
