import { expect, test } from 'vitest';
import { facts, KEY } from '../machine/testing/machine.ts';
import { nameCandidates } from './machine-name.ts';

test.each([
  ['kitchen', 'kitchen'],
  ['Living_Room.home.arpa', 'living-room'],
  ['--x--', 'x'],
  [`${'long'.repeat(15)}`, 'long'.repeat(11).concat('l')],
  ['../../etc/passwd', undefined],
  ['nixos', undefined],
  ['localhost', undefined],
  ['漢字', undefined],
  ['', undefined],
])('"%s" is called %s', (hostname, expected) => {
  const names = nameCandidates({ ...facts, hostname }, KEY);
  const base = expected ?? 'machine';
  const rest = names.slice(expected === undefined ? 0 : 1);
  if (expected !== undefined) expect(names[0]).toBe(expected);
  expect(rest.map((name) => name.replace(/-[0-9a-f]+$/, ''))).toEqual([base, base]);
  for (const name of names) {
    expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    expect(name.length).toBeLessThanOrEqual(54);
  }
});
