import { describe, expect, it } from 'vitest';
import { aClient, anAccount, aSession, NOW } from '../testing/records.ts';
import { planAccess } from './access.ts';
import { planEnding } from './ending.ts';
import { IDLE, isLive, isSeenAgain, MOST_PER_PERSON, SEEN_EVERY, surplus } from './lifetime.ts';
import { nextTry } from './logouts.ts';

const joined = {
  session: 'session-1',
  client: 'home-rss',
  oidcSession: 'uid',
  grant: 'grant',
  sid: 'sid',
  sub: 'sub-mila',
};
const wiki = { ...joined, client: 'home-wiki', grant: 'other', sid: 'wiki-sid' };
const told = aClient({ signOutUri: 'https://rss.hearth.test/logout' });

describe('what ends', () => {
  const client = (id: string) => (id === 'home-rss' ? told : aClient());

  it('with a session: its apps, their grants, the provider’s session; who takes it is told', () => {
    const facts = { sessions: ['session-1'], joined: [joined, wiki], client, told: false };
    expect(planEnding(facts, NOW, () => 'id')).toEqual({
      sessions: ['session-1'],
      left: [],
      oidcSessions: ['uid'],
      grants: ['grant', 'other'],
      tell: [{ id: 'id', client: 'home-rss', sub: 'sub-mila', sid: 'sid', tries: 0, due: NOW }],
    });
  });

  it('with an app alone: the session goes on', () => {
    expect(
      planEnding({ sessions: [], joined: [joined], client, told: false }, NOW, () => 'id'),
    ).toMatchObject({
      sessions: [],
      left: [{ session: 'session-1', client: 'home-rss' }],
      oidcSessions: [],
      grants: ['grant'],
      tell: [{ client: 'home-rss' }],
    });
  });

  it('is told once', () => {
    expect(
      planEnding({ sessions: ['session-1'], joined: [joined], client, told: true }, NOW, () => 'id').tell,
    ).toEqual([]);
  });
});

describe('access', () => {
  const facts = {
    sessions: [aSession()],
    joined: [joined],
    passkeys: new Set(['cred-phone']),
    account: () => anAccount() as ReturnType<typeof anAccount> | undefined,
    client: () => told as ReturnType<typeof aClient> | undefined,
  };

  it.each([
    ['nothing, where all is as it may be', {}, [], 0],
    ['the sessions of somebody disabled', { account: () => anAccount({ disabled: true }) }, ['session-1'], 1],
    ['the sessions of somebody removed', { account: () => anAccount({ removed: 1 }) }, ['session-1'], 1],
    ['the sessions of nobody', { account: () => undefined }, ['session-1'], 1],
    ['the sessions of a passkey that was removed', { passkeys: new Set(['cred-other']) }, ['session-1'], 1],
    ['sessions that are over', { sessions: [aSession({ expires: NOW - IDLE })] }, ['session-1'], 1],
    [
      'sessions that nobody used for long',
      { sessions: [aSession({ seen: NOW - 2 * IDLE })] },
      ['session-1'],
      1,
    ],
    ['an app of another group', { client: () => aClient({ groups: ['parents'] }) }, [], 1],
    ['an app that is gone', { client: () => undefined }, [], 1],
  ])('takes %s', (_what, over, sessions, apps) => {
    const plan = planAccess({ ...facts, ...over }, NOW);
    expect(plan.sessions).toEqual(sessions);
    expect(plan.joined).toHaveLength(apps);
  });
});

describe('a session', () => {
  it('lives until it is idle for too long, or old', () => {
    const session = aSession({ seen: NOW, expires: NOW + 10 * IDLE });
    expect(isLive(session, NOW + IDLE - 1)).toBe(true);
    expect(isLive(session, NOW + IDLE)).toBe(false);
    expect(isLive(aSession({ expires: NOW + 1 }), NOW)).toBe(true);
    expect(isLive(aSession({ expires: NOW }), NOW)).toBe(false);
  });

  it('is noted as seen to the minute', () => {
    expect(isSeenAgain(aSession(), NOW + SEEN_EVERY - 1)).toBe(false);
    expect(isSeenAgain(aSession(), NOW + SEEN_EVERY)).toBe(true);
  });

  it('makes room where there are too many: the one used least recently goes', () => {
    const many = Array.from({ length: MOST_PER_PERSON }, (_, n) =>
      aSession({ id: `${n}`, seen: NOW + ((n * 7) % 50) }),
    );
    expect(surplus(many).map(({ seen }) => seen)).toEqual([NOW]);
    expect(surplus(many.slice(1))).toEqual([]);
  });
});

describe('a logout that an app did not take', () => {
  it('is tried again, ever more rarely, for a day', () => {
    let now = NOW;
    let tries = 0;
    const pauses = [];
    for (let next = nextTry(tries, now); next !== undefined; next = nextTry(tries, now)) {
      pauses.push(next - now);
      now = next;
      tries += 1;
    }
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect((now - NOW) / 3_600_000).toBeGreaterThan(23);
    expect((now - NOW) / 3_600_000).toBeLessThan(25);
  });
});
