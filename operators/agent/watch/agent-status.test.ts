import { agentStatus } from '@hearth/domain/schema/machine';
import { describe, expect, test } from 'vitest';
import type { Attempt, Journal } from '../journal/journal.ts';
import { attemptOf } from '../testing/attempt.ts';
import { FACTS } from '../testing/fake-machine.ts';
import { agentStatusOf } from './agent-status.ts';

const [OLD, NEW] = ['0', '1'].map((digit) => `/nix/store/${digit.repeat(32)}-system`) as [string, string];

const attempt = (change: Partial<Attempt>) =>
  attemptOf({ from: OLD, bootId: '6b8a3b1e-3c0f-4a53-8f0e-0a64d4b7c0b1', ...change });

const statusOf = (change?: Partial<Attempt>) => {
  const journal: Journal = {
    version: 1,
    golden: OLD,
    knownGood: OLD,
    ...(change ? { attempt: attempt(change) } : {}),
  };
  const standing = { running: OLD, bootId: attempt({}).bootId, uptime: 1, generation: 3 };
  return agentStatusOf({ version: '1', mode: 'System', facts: FACTS, standing, journal, drift: undefined });
};

describe('what the agent says of its machine', () => {
  test('is what runs, and what can be gone back to', () => {
    expect(statusOf()).toEqual({
      version: '1',
      mode: 'System',
      facts: FACTS,
      system: { running: OLD, golden: OLD, knownGood: OLD, generation: 3, bootId: attempt({}).bootId },
    });
  });

  test.each<[Partial<Attempt>, object]>([
    [{ stage: 'Fetching' }, { phase: 'Fetching' }],
    [
      { stage: 'Probing', closure: NEW },
      { phase: 'Testing', closure: NEW },
    ],
    [
      { stage: 'Confirming', nonce: 'n' },
      { phase: 'Confirming', nonce: 'n' },
    ],
    [
      { stage: 'Reverting', failure: { message: 'units fail: a', fault: 'Configuration' } },
      { phase: 'Reverting', message: 'It goes back to what worked: units fail: a.', fault: 'Configuration' },
    ],
    [
      { stage: 'Ended', verdict: { phase: 'Failed', message: 'It did not build.', fault: 'Configuration' } },
      { phase: 'Failed', message: 'It did not build.', fault: 'Configuration' },
    ],
    [
      { stage: 'Ended', verdict: { phase: 'Done', message: 'It runs.' } },
      { phase: 'Done', message: 'It runs.' },
    ],
  ])('is how far it is: %j', (change, said) => {
    expect(statusOf(change).apply).toMatchObject({ id: 'one', since: '2026-01-01T00:00:00Z', ...said });
  });

  test('asks for a confirmation only while it waits for one', () => {
    expect(statusOf({ stage: 'Committing', nonce: 'n' }).apply).not.toHaveProperty('nonce');
  });

  test('fits the schema, however much there is to say', () => {
    const verdict = { phase: 'Failed', message: 'x'.repeat(5000) } as const;
    const fetched = {
      reference: 'git+https://h/r',
      revision: `${'a'.repeat(40)}-dirty`,
      narHash: `sha256-${'A'.repeat(43)}=`,
    };
    expect(() => agentStatus.parse(statusOf({ stage: 'Ended', verdict, fetched }))).not.toThrow();
  });
});
