import { Stalled, Waiting } from '@hearth/runtime';
import { describe, expect, it } from 'vitest';
import type { People } from '../sso/provider.ts';
import type { Told } from './herald.ts';
import { groupOutcome, userOutcome } from './outcome.ts';

const people = (more: Partial<People> = {}): People => ({ seen: new Map(), refused: new Map(), ...more });
const told = (result: Told['result'], provider = 'App p/identity'): Told => ({ provider, result });
const seen = (passkeys: number, lastSignIn?: string) =>
  people({ seen: new Map([['anna', { passkeys, lastSignIn }]]) });
const away = new Waiting('ProviderUnreachable', 'App p/keycloak doesn’t answer.');

describe('userOutcome', () => {
  it.each<[string, Told[], object]>([
    ['is ready where all were told', [told(people())], { type: 'ready', conditions: [] }],
    ['waits where nobody can be told', [], { type: 'waiting', reason: 'NoIdentityProvider' }],
    [
      'waits for a provider that can’t be told, and tells what the others know',
      [told(seen(2)), told(away, 'App p/keycloak')],
      {
        type: 'waiting',
        reason: 'ProviderUnreachable',
        message: 'App p/keycloak doesn’t answer.',
        status: { passkeys: 2 },
      },
    ],
    [
      'tries again also what needs a person',
      [told(new Stalled('AdminRefused', 'It refuses.'))],
      { type: 'waiting', reason: 'AdminRefused' },
    ],
    [
      'says to the day when somebody last signed in',
      [told(seen(2, '2026-03-04T23:59:59.123Z'))],
      { type: 'ready', status: { passkeys: 2, lastSignIn: '2026-03-04T00:00:00Z' } },
    ],
    [
      'takes the last of several',
      [told(seen(2, '2026-03-04T10:00:00Z')), told(seen(1, '2026-03-05T10:00:00Z'), 'App p/other')],
      { status: { passkeys: 3, lastSignIn: '2026-03-05T00:00:00Z' } },
    ],
    ['says nothing that nobody knows', [told(people())], { status: { passkeys: null, lastSignIn: null } }],
    [
      'says who did not take them',
      [told(people({ refused: new Map([['anna', 'There is another.']]) }))],
      {
        type: 'ready',
        conditions: [
          {
            type: 'Accepted',
            status: 'False',
            reason: 'Refused',
            message: 'App p/identity: There is another.',
          },
        ],
      },
    ],
    [
      'says that somebody behind a provider has yet to hear of it, and asks again soon',
      [told(people({ behind: 'The directory is away.' }))],
      {
        type: 'ready',
        after: 20_000,
        conditions: [
          {
            type: 'KnownEverywhere',
            status: 'False',
            reason: 'DirectoryBehind',
            message: 'App p/identity: The directory is away.',
          },
        ],
      },
    ],
    [
      'says nothing of what befell others',
      [told(people({ refused: new Map([['ben', 'There is another.']]) }))],
      { type: 'ready', conditions: [] },
    ],
  ])('%s', (_, given, outcome) => {
    expect(userOutcome('anna', false, given)).toMatchObject(outcome);
  });

  it('says that somebody is kept out', () => {
    expect(userOutcome('anna', true, [told(people())]).message).toMatch(/can’t sign in/);
    const refused = people({ refused: new Map([['anna', 'There is another.']]) });
    expect(userOutcome('anna', true, [told(people()), told(refused, 'App p/other')]).message).toBe('');
  });
});

describe('groupOutcome', () => {
  it.each<[string, string[], string[], string]>([
    ['all is well', ['anna'], [], ''],
    ['nobody is in it', [], [], 'Nobody is in it: name Users in spec.members.'],
    ['somebody is no User', ['anna', 'kim'], ['kim'], 'There is no User kim: make one, or remove the name'],
  ])('is ready where %s', (_, members, strangers, message) => {
    const outcome = groupOutcome(members, strangers, [told(people())]);
    expect(outcome).toMatchObject({ type: 'ready', message: expect.stringContaining(message) });
    expect(outcome.conditions).toHaveLength(strangers.length);
  });

  it('waits for providers as Users do', () => {
    expect(groupOutcome(['anna'], [], [told(away)])).toMatchObject({
      type: 'waiting',
      reason: 'ProviderUnreachable',
    });
  });
});
