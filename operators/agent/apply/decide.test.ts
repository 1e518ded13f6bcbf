import { describe, expect, test } from 'vitest';
import type { Attempt, Journal } from '../journal/journal.ts';
import type { UnitState } from '../system/system.ts';
import { assignmentOf, attemptOf } from '../testing/attempt.ts';
import { decide } from './decide.ts';
import type { Next, Seen, Wanted } from './next.ts';

const OLD = `/nix/store/${'0'.repeat(32)}-old`;
const NEW = `/nix/store/${'1'.repeat(32)}-new`;

const assignment = assignmentOf();
const attempt = (change: Partial<Attempt>) => attemptOf({ from: OLD, closure: NEW, ...change });

const journal = (change?: Partial<Attempt>): Journal => ({
  version: 1,
  golden: OLD,
  knownGood: OLD,
  ...(change ? { attempt: attempt(change) } : {}),
});

interface Look {
  readonly running?: string;
  readonly bootId?: string;
  readonly uptime?: number;
  readonly activation?: UnitState;
  readonly failedUnits?: readonly string[];
  readonly trialMethod?: Seen['trialMethod'];
  readonly silence?: number;
}

const seen = ({ running = NEW, bootId = 'first', uptime = 100, ...rest }: Look = {}): Seen => ({
  standing: { running, bootId, uptime },
  activation: { state: 'absent' },
  failedUnits: [],
  trialMethod: 'oneshot',
  silence: 3600,
  ...rest,
});

const wants = (change: Partial<Attempt['assignment']> = {}): Wanted => ({
  known: true,
  assignment: { ...assignment, ...change },
});
const unknown: Wanted = { known: false };
const ended = (exitCode: number, output = ''): UnitState => ({ state: 'ended', exitCode, output });

/** What was decided, short enough for a table. */
function short(next: Next): string {
  if (next.do === 'enter') return `enter ${next.stage}`;
  if (next.do === 'fail') return `fail ${next.failure.fault ?? '-'}`;
  if (next.do === 'end') return `end ${next.verdict.phase}`;
  return next.do;
}

type Row = readonly [
  what: string,
  change: Partial<Attempt> | undefined,
  look: Look,
  wanted: Wanted,
  next: string,
];

const rows: readonly Row[] = [
  ['nothing known yet', undefined, {}, unknown, 'rest'],
  ['nothing assigned', undefined, {}, { known: true }, 'rest'],
  ['an installation, out of which it comes', undefined, {}, wants({ action: 'Install' }), 'rest'],
  ['something new', undefined, {}, wants(), 'begin'],
  ['what has ended already', { stage: 'Ended' }, {}, wants(), 'rest'],
  ['another after one that has ended', { stage: 'Ended' }, {}, wants({ id: 'two' }), 'begin'],

  ['fetching', { stage: 'Fetching' }, {}, wants(), 'fetch'],
  ['fetching, offline', { stage: 'Fetching' }, {}, unknown, 'fetch'],
  ['fetching, overtaken', { stage: 'Fetching' }, {}, wants({ id: 'two' }), 'end Failed'],
  ['building, taken away', { stage: 'Building' }, {}, { known: true }, 'end Failed'],

  ['testing', { stage: 'Testing' }, {}, wants(), 'activate'],
  [
    'testing, overtaken before anything was changed',
    { stage: 'Testing' },
    {},
    wants({ id: 'two' }),
    'fail -',
  ],
  [
    'activating',
    { stage: 'Testing', activated: true, deadline: 200 },
    { activation: { state: 'running' } },
    wants(),
    'wait',
  ],
  [
    'activating, overtaken',
    { stage: 'Testing', activated: true, deadline: 200 },
    { activation: { state: 'running' } },
    wants({ id: 'two' }),
    'wait',
  ],
  [
    'an activation that hangs',
    { stage: 'Testing', activated: true, deadline: 99 },
    { activation: { state: 'running' } },
    wants(),
    'fail Configuration',
  ],
  ['activated', { stage: 'Testing', activated: true }, { activation: ended(0) }, wants(), 'enter Probing'],
  [
    'activated, and yet another runs',
    { stage: 'Testing', activated: true },
    { running: `${OLD}er`, activation: ended(0) },
    wants(),
    'fail Configuration',
  ],
  [
    'activated, and the guard was quicker',
    { stage: 'Testing', activated: true },
    { running: OLD, activation: ended(0) },
    wants(),
    'fail Network',
  ],
  [
    'activated, overtaken',
    { stage: 'Testing', activated: true },
    { activation: ended(0) },
    wants({ id: 'two' }),
    'fail -',
  ],
  [
    'exit code 1',
    { stage: 'Testing', activated: true },
    { activation: ended(1) },
    wants(),
    'fail Configuration',
  ],
  [
    'exit code 1, somebody has the lock',
    { stage: 'Testing', activated: true },
    { activation: ended(1, 'Could not acquire lock') },
    wants(),
    'fail Machine',
  ],
  [
    'exit code 2',
    { stage: 'Testing', activated: true },
    { activation: ended(2) },
    wants(),
    'fail Configuration',
  ],
  [
    'exit code 4',
    { stage: 'Testing', activated: true },
    { activation: ended(4) },
    wants(),
    'fail Configuration',
  ],
  [
    'exit code 100',
    { stage: 'Testing', activated: true },
    { running: OLD, activation: ended(100) },
    wants(),
    'enter Rebooting',
  ],
  [
    'exit code 100 on a loader that can’t try',
    { stage: 'Testing', activated: true },
    { activation: ended(100), trialMethod: 'none' },
    wants(),
    'fail Configuration',
  ],
  [
    'exit code 100 where it may not restart',
    { stage: 'Testing', activated: true, assignment: { ...assignment, reboot: 'Never' } },
    { activation: ended(100) },
    wants(),
    'fail Configuration',
  ],
  [
    'an activation that nobody knows of, done',
    { stage: 'Testing', activated: true },
    {},
    wants(),
    'enter Probing',
  ],
  [
    'an activation that nobody knows of, not done',
    { stage: 'Testing', activated: true, deadline: 200 },
    { running: OLD },
    wants(),
    'fail Machine',
  ],
  [
    'an activation that nobody knows of, long not done',
    { stage: 'Testing', activated: true, deadline: 99 },
    { running: OLD },
    wants(),
    'fail Network',
  ],
  [
    'the power gone while activating',
    { stage: 'Testing', activated: true },
    { bootId: 'second', running: OLD },
    wants(),
    'fail Machine',
  ],

  ['probing', { stage: 'Probing', activated: true }, {}, wants(), 'probe'],
  [
    'probing, the guard was quicker',
    { stage: 'Probing', activated: true },
    { running: OLD },
    wants(),
    'fail Network',
  ],
  [
    'probing after a restart',
    { stage: 'Probing', activated: true },
    { bootId: 'second' },
    wants(),
    'fail Machine',
  ],
  [
    'a unit fails',
    { stage: 'Probing', activated: true },
    { failedUnits: ['a.service'] },
    wants(),
    'fail Configuration',
  ],
  [
    'a unit that failed before',
    { stage: 'Probing', activated: true, failedBefore: ['a.service'] },
    { failedUnits: ['a.service'] },
    wants(),
    'probe',
  ],

  ['to be confirmed', { stage: 'Confirming', activated: true }, {}, wants(), 'ask'],
  ['waiting', { stage: 'Confirming', activated: true, nonce: 'n', deadline: 200 }, {}, wants(), 'wait'],
  [
    'waiting, offline',
    { stage: 'Confirming', activated: true, nonce: 'n', deadline: 200 },
    {},
    unknown,
    'wait',
  ],
  [
    'the answer to another question',
    { stage: 'Confirming', activated: true, nonce: 'n', deadline: 200 },
    {},
    wants({ confirmed: 'm' }),
    'wait',
  ],
  [
    'confirmed',
    { stage: 'Confirming', activated: true, nonce: 'n', deadline: 200 },
    {},
    wants({ confirmed: 'n' }),
    'enter Committing',
  ],
  [
    'nobody answers',
    { stage: 'Confirming', activated: true, nonce: 'n', deadline: 100 },
    {},
    wants(),
    'fail Network',
  ],
  [
    'NIO alone does not answer',
    { stage: 'Confirming', activated: true, nonce: 'n', deadline: 100 },
    { silence: 3 },
    wants(),
    'fail Machine',
  ],
  [
    'overtaken',
    { stage: 'Confirming', activated: true, nonce: 'n', deadline: 200 },
    {},
    wants({ id: 'two' }),
    'fail -',
  ],
  [
    'taken away',
    { stage: 'Confirming', activated: true, nonce: 'n', deadline: 200 },
    {},
    { known: true },
    'fail -',
  ],
  [
    'golden needs nobody’s word',
    { stage: 'Confirming', activated: true, assignment: { ...assignment, action: 'Golden' } },
    {},
    unknown,
    'enter Committing',
  ],
  [
    'confirmed, with another kernel',
    {
      stage: 'Confirming',
      activated: true,
      nonce: 'n',
      deadline: 200,
      diff: { class: 'reboot', changes: [], more: 0, bytes: 0 },
    },
    {},
    wants({ confirmed: 'n' }),
    'enter Rebooting',
  ],
  [
    'that, after its restart',
    {
      stage: 'Confirming',
      activated: true,
      trial: true,
      nonce: 'n',
      deadline: 200,
      diff: { class: 'reboot', changes: [], more: 0, bytes: 0 },
    },
    {},
    wants({ confirmed: 'n' }),
    'enter Committing',
  ],
  [
    'that, on a loader that can’t try',
    {
      stage: 'Confirming',
      activated: true,
      nonce: 'n',
      deadline: 200,
      diff: { class: 'reboot', changes: [], more: 0, bytes: 0 },
    },
    { trialMethod: 'none' },
    wants({ confirmed: 'n' }),
    'enter Committing',
  ],

  ['committing', { stage: 'Committing', activated: true }, {}, wants(), 'commit'],
  ['committing, overtaken', { stage: 'Committing', activated: true }, {}, wants({ id: 'two' }), 'commit'],
  [
    'the power gone before the loader knew',
    { stage: 'Committing', activated: true },
    { bootId: 'second', running: OLD },
    wants(),
    'fail Machine',
  ],

  ['to restart', { stage: 'Rebooting', activated: true }, {}, wants(), 'try-once'],
  ['restarting', { stage: 'Rebooting', activated: true, tries: 1, deadline: 200 }, {}, wants(), 'wait'],
  [
    'it does not restart',
    { stage: 'Rebooting', activated: true, tries: 1, deadline: 99 },
    {},
    wants(),
    'fail Machine',
  ],
  [
    'it came up',
    { stage: 'Rebooting', activated: true, tries: 1 },
    { bootId: 'second' },
    wants(),
    'enter Probing',
  ],
  [
    'it fell back',
    { stage: 'Rebooting', activated: true, tries: 1 },
    { bootId: 'second', running: OLD },
    wants(),
    'fail Configuration',
  ],

  ['nothing to go back from', { stage: 'Reverting' }, { running: OLD }, wants(), 'end Failed'],
  ['going back', { stage: 'Reverting', activated: true }, {}, wants(), 'go-back'],
  [
    'going back from half of it',
    { stage: 'Reverting', activated: true },
    { running: OLD },
    wants(),
    'go-back',
  ],
  [
    'on the way back',
    { stage: 'Reverting', activated: true, tries: 1, deadline: 200 },
    { activation: { state: 'running' } },
    wants({ id: 'two' }),
    'wait',
  ],
  [
    'back',
    { stage: 'Reverting', activated: true, tries: 1, deadline: 200 },
    { running: OLD, activation: ended(0) },
    wants(),
    'end RolledBack',
  ],
  [
    'back, though units fail',
    { stage: 'Reverting', activated: true, tries: 1, deadline: 200 },
    { running: OLD, activation: ended(4) },
    wants(),
    'end RolledBack',
  ],
  [
    'not back yet',
    { stage: 'Reverting', activated: true, tries: 1, deadline: 200 },
    { activation: ended(1) },
    wants(),
    'go-back',
  ],
  [
    'still not back',
    { stage: 'Reverting', activated: true, tries: 3, deadline: 200 },
    { activation: ended(1) },
    wants(),
    'restart',
  ],
  [
    'back by a restart',
    { stage: 'Reverting', activated: true, tries: 4, deadline: 200 },
    { running: OLD, bootId: 'second' },
    wants(),
    'end RolledBack',
  ],
  [
    'a kernel on trial is left by a restart',
    { stage: 'Reverting', activated: true, trial: true },
    {},
    wants(),
    'restart',
  ],
];

describe('what is done next', () => {
  test.each(rows)('%s', (_what, change, look, wanted, next) => {
    expect(short(decide(journal(change), seen(look), wanted))).toBe(next);
  });

  test('every failure is told in a sentence that can stand in a status', () => {
    for (const [, change, look, wanted] of rows) {
      const next = decide(journal(change), seen(look), wanted);
      if (next.do === 'end') expect(next.verdict.message).toMatch(/^[A-Z].*[.]$/);
      if (next.do === 'fail') expect(next.failure.message).toMatch(/^\w.*[^.]$/);
    }
  });
});
