import type { Machine } from '@hearth/domain';
import { describe, expect, test } from 'vitest';
import { type Approval, approvalPatch } from './approve.ts';

const publicKey = `${'A'.repeat(43)}=`;
const disks = [
  { name: '/dev/sda', serial: 'EMPTY-1', bytes: 1e12, empty: true, removable: false, rotational: false },
  { name: '/dev/sdb', serial: 'FULL-2', bytes: 1e12, empty: false, removable: false, rotational: true },
];

const machine = ({ approved, key = publicKey }: { approved?: string; key?: string } = {}): Machine => ({
  apiVersion: 'nio.hearth.dev/v1alpha1',
  kind: 'Machine',
  metadata: { name: 'kitchen', namespace: 'hearth-machines' },
  spec: {
    ...(approved ? { approval: { publicKey: approved } } : {}),
    target: 'Configuration',
    forget: false,
  },
  status: {
    observedGeneration: 1,
    ...(key ? { publicKey: key, pairingCode: '0AB1-CDEF-GH1J' } : {}),
    agent: {
      facts: {
        machineId: '0'.repeat(32),
        architecture: 'x86_64',
        firmware: 'uefi',
        cores: 4,
        memoryBytes: 8e9,
        disks,
        interfaces: [],
      },
    },
  },
});

const held = { op: 'test', path: '/status/publicKey', value: publicKey };
const noDisk = { op: 'test', path: '/spec/disk', value: null };
const approval = { op: 'add', path: '/spec/approval', value: { publicKey } };

describe('an approval', () => {
  test.each<[string, Approval, Machine, readonly object[]]>([
    ['of the key that is there now', {}, machine(), [held, approval]],
    ['by the code', { code: '0AB1-CDEF-GH1J' }, machine(), [held, approval]],
    ['by the code as a person types it', { code: 'oabi cdef ghlj' }, machine(), [held, approval]],
    [
      'with a disk',
      { disk: 'EMPTY-1' },
      machine(),
      [held, approval, noDisk, { op: 'add', path: '/spec/disk', value: { serial: 'EMPTY-1', erase: false } }],
    ],
    [
      'with a disk that may lose everything',
      { disk: 'FULL-2', erase: true },
      machine(),
      [held, approval, noDisk, { op: 'add', path: '/spec/disk', value: { serial: 'FULL-2', erase: true } }],
    ],
    [
      'of a disk, later',
      { disk: 'EMPTY-1' },
      machine({ approved: publicKey }),
      [held, noDisk, { op: 'add', path: '/spec/disk', value: { serial: 'EMPTY-1', erase: false } }],
    ],
    ['a second time changes nothing', { code: '0AB1-CDEF-GH1J' }, machine({ approved: publicKey }), []],
  ])('%s', (_, said, of, patch) => {
    expect(approvalPatch(of, said)).toEqual(patch);
  });

  test.each<[string, Approval, Machine, string]>([
    ['the code of another machine', { code: '0AB1-CDEF-GH1K' }, machine(), 'That is not the code of kitchen'],
    ['half a code', { code: '0AB1' }, machine(), 'Nothing is approved'],
    ['no code at all', { code: '' }, machine(), 'Nothing is approved'],
    ['a machine that proved nothing', {}, machine({ key: '' }), 'kitchen has not proved a key yet'],
    [
      'another machine under its name',
      {},
      machine({ approved: `${'B'.repeat(43)}=` }),
      'it is another machine',
    ],
    ['a disk that it has not', { disk: 'OTHER' }, machine(), 'it has EMPTY-1 (/dev/sda), FULL-2 (/dev/sdb)'],
    ['a disk by its device', { disk: '/dev/sda' }, machine(), 'kitchen has no disk /dev/sda'],
    ['a disk without a name', { disk: '' }, machine(), 'kitchen has no disk'],
    ['a disk that is not empty', { disk: 'FULL-2' }, machine(), '--erase says'],
  ])('is refused: %s', (_, said, of, sentence) => {
    expect(() => approvalPatch(of, said)).toThrow(sentence);
  });
});
