import type { Machine } from '@hearth/domain';
import { expect, test } from 'vitest';
import { diffText, machineSummary, machineTable, previewText } from './text.ts';

const HOSTILE = 'A\n  disk REAL: /dev/sdb, 1 GB, empty\x1b[8m\r\u202e\u2028\x9b2K';

/** A machine that nobody has approved, which says what it likes. */
const machine: Machine = {
  apiVersion: 'nio.hearth.dev/v1alpha1',
  kind: 'Machine',
  metadata: { name: 'kitchen', namespace: 'hearth-machines' },
  spec: { target: 'Configuration', forget: false },
  status: {
    observedGeneration: 1,
    conditions: [
      { type: 'Ready', message: HOSTILE },
      { type: 'Duplicate', message: 'Machine attic has the same machine-id.' },
    ].map((each) => ({
      ...each,
      status: 'True' as const,
      reason: 'R',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    })),
    agent: {
      facts: {
        machineId: '0'.repeat(32),
        architecture: 'x86_64',
        firmware: 'uefi',
        processor: HOSTILE,
        cores: 4,
        memoryBytes: 8e9,
        disks: [
          { name: HOSTILE, serial: HOSTILE, bytes: 1e12, empty: true, removable: false, rotational: false },
        ],
        interfaces: [{ name: HOSTILE, mac: '52:54:00:12:34:56' }],
      },
      apply: {
        id: '1',
        phase: 'Failed',
        message: HOSTILE,
        since: '2026-01-01T00:00:00Z',
        diff: { class: 'live', changes: [HOSTILE], more: 0, bytes: 0 },
      },
    },
  },
};

test.each([
  ['the summary', machineSummary(machine), 4],
  ['the table', machineTable([machine]), 2],
  ['the difference', diffText(machine), 3],
  ['a preview that failed', previewText('kitchen', { id: '1', phase: 'Failed', message: HOSTILE }), 1],
])('a stranger adds no line of its own to %s, and hides none', (_, text, lines) => {
  expect(text.split('\n')).toHaveLength(lines);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u);
});

test('a warning comes before what the machine says of itself', () => {
  expect(machineSummary(machine)).toMatch(/^Take care: Machine attic has the same machine-id\.\nkitchen: /);
});
