import { fakeContext } from '@hearth/runtime/testing';
import { expect, test } from 'vitest';
import { alike, duplicateOf, machinesByMark } from './duplicate.ts';
import { facts, type MachineParts, machineWith } from './testing/machine.ts';

const other = (name: string, parts: MachineParts = {}) =>
  machineWith({
    name,
    spec: { approval: undefined as never },
    ...parts,
    status: { publicKey: `key-${name}`, ...parts.status },
  });
const agentWith = (more: object) => ({ mode: 'System' as const, facts: { ...facts, ...more } });

test.each([
  ['the same of both', {}, ['stranger']],
  ['the same machine-id', agentWith({ interfaces: [] }), ['stranger']],
  ['the same network card', agentWith({ machineId: 'f'.repeat(32) }), ['stranger']],
  ['neither', agentWith({ machineId: 'f'.repeat(32), interfaces: [] }), []],
  ['nothing', { mode: 'System' as const, facts: undefined as never }, []],
])('machines that say %s', (_, agent, found) => {
  const objects = [machineWith(), other('stranger', { agent })];
  const { read } = fakeContext({ objects, indexes: [machinesByMark] });
  expect(alike(machineWith(), read).map(({ metadata }) => metadata.name)).toEqual(found);
});

test('a machine-id of zeros says nothing', () => {
  const agent = agentWith({ machineId: '0'.repeat(32), interfaces: [] });
  const objects = [machineWith({ agent }), other('stranger', { agent })];
  const { read } = fakeContext({ objects, indexes: [machinesByMark] });
  expect(alike(machineWith({ agent }), read)).toEqual([]);
});

test('the approved one goes before the older, and the older before the younger', () => {
  const approved = machineWith({ created: '2026-02-01T00:00:00Z' });
  const old = other('old', { created: '2026-01-01T00:00:00Z' });
  const young = other('young', { created: '2026-03-01T00:00:00Z' });
  expect(duplicateOf(approved, [old, young])).toBeUndefined();
  expect(duplicateOf(old, [approved, young])).toBe('kitchen');
  expect(duplicateOf(young, [old])).toBe('old');
  expect(duplicateOf(old, [young])).toBeUndefined();
});

test('the same key is no duplicate', () => {
  expect(
    duplicateOf(machineWith(), [machineWith({ name: 'attic', created: '2020-01-01T00:00:00Z' })]),
  ).toBeUndefined();
});
