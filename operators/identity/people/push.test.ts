import { describe, expect, it } from 'vitest';
import { anAccount, NOW } from '../testing/records.ts';
import { planPush } from './push.ts';

const { name, displayName, disabled, groups, email = '' } = anAccount();
const mila = { name, displayName, disabled, groups: [...groups], email };
const plan = (known: Parameters<typeof planPush>[0], pushed: Parameters<typeof planPush>[1]) =>
  planPush(known, pushed, NOW, () => 'minted');

describe('a push of people', () => {
  it('mints a sub for whoever is new', () => {
    expect(plan([], [mila])).toEqual({
      changed: [anAccount({ sub: 'minted' })],
      events: [{ event: 'account-added', account: anAccount({ sub: 'minted' }) }],
    });
  });

  it('changes nothing where all is so, in whatever order groups come', () => {
    const known = anAccount({ groups: ['family', 'parents'], lastSignIn: NOW });
    expect(plan([known], [{ ...mila, groups: ['parents', 'family'] }])).toEqual({ changed: [], events: [] });
  });

  it.each([
    ['displayName', { displayName: 'Mila B.' }, undefined],
    ['email', { email: 'other@example.org' }, undefined],
    ['no email', { email: undefined }, undefined],
    ['groups', { groups: [] }, undefined],
    ['disabled', { disabled: true }, 'account-disabled'],
  ])('takes over %s, and keeps what identity knows', (_what, change, event) => {
    const { changed, events } = plan([anAccount({ lastSignIn: NOW })], [{ ...mila, ...change }]);
    const { email: kept, ...rest } = { ...mila, ...change };
    expect(changed).toEqual([
      { sub: 'sub-mila', lastSignIn: NOW, ...rest, ...(kept !== undefined && { email: kept }) },
    ]);
    expect(events.map((one) => one.event)).toEqual(event === undefined ? [] : [event]);
  });

  it('lets people in again', () => {
    expect(plan([anAccount({ disabled: true })], [mila]).events[0]?.event).toBe('account-enabled');
  });

  it('removes who is not in it, once, and knows them again', () => {
    expect(plan([anAccount()], [])).toEqual({
      changed: [anAccount({ removed: NOW })],
      events: [{ event: 'account-removed', account: anAccount({ removed: NOW }) }],
    });
    expect(plan([anAccount({ removed: 1 })], [])).toEqual({ changed: [], events: [] });
    expect(plan([anAccount({ removed: 1 })], [mila])).toEqual({
      changed: [anAccount()],
      events: [{ event: 'account-added', account: anAccount() }],
    });
  });

  it('calls who has no other name by their user name', () => {
    expect(plan([], [{ ...mila, displayName: '' }]).changed[0]?.displayName).toBe('mila');
  });
});
