import { beforeEach, describe, expect, it } from 'vitest';
import { digest } from '../keys/keys.ts';
import { createPeople } from '../people/people.ts';
import type { StoredSession } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { anAccount, aSession, NOW } from '../testing/records.ts';
import { SESSION_COOKIE } from './cookie.ts';
import { createSessions, type Sessions } from './sessions.ts';

const [MILAS, OTHER] = ['m'.repeat(43), 'o'.repeat(43)];
const cookies = (...values: string[]) => values.map((value) => `${SESSION_COOKIE}=${value}`).join('; ');
const always = () => true;

let stored: StoredSession[];
let asked: string[];
let answers: Promise<void>;
let sessions: Sessions;
beforeEach(async () => {
  const people = createPeople({
    accounts: { all: async () => [anAccount()] } as unknown as Store['accounts'],
  });
  await people.load();
  [stored, asked, answers] = [[aSession({ digest: digest(MILAS) })], [], Promise.resolve()];
  const store: Partial<Store['sessions']> = {
    all: async () => [],
    find: async (id) => stored.find((one) => one.id === id),
    async findByDigest(sought) {
      asked.push(sought);
      const found = stored.find((one) => one.digest === sought);
      await answers;
      return found;
    },
  };
  sessions = createSessions({ sessions: store as Store['sessions'] }, people, () => NOW);
  await sessions.load();
});

describe('a cookie whose session is not in memory', () => {
  it('is looked up in the store, once', async () => {
    expect(sessions.ofCookie(cookies(MILAS))).toBeUndefined();
    await Promise.all([1, 2, 3].map(() => sessions.recognise(cookies(MILAS), always)));
    expect(sessions.ofCookie(cookies(MILAS))?.account.name).toBe('mila');
    await sessions.recognise(cookies(MILAS), always);
    expect(asked).toEqual([digest(MILAS)]);
  });

  it('is looked up once, too, where the store has none', async () => {
    for (let time = 0; time < 3; time++) await sessions.recognise(cookies(OTHER), always);
    expect(asked).toEqual([digest(OTHER)]);
  });

  it('is looked up only as often as may be asked', async () => {
    let left = 1;
    const mayAsk = () => left-- > 0;
    await sessions.recognise(cookies(OTHER, MILAS), mayAsk);
    expect(asked).toEqual([digest(OTHER)]);
    await sessions.recognise(cookies(OTHER, MILAS), always);
    expect(sessions.ofCookie(cookies(MILAS))).toBeDefined();
  });

  it('is not looked up where no session can have it', async () => {
    for (const header of [undefined, 'a=b', cookies('', 'short', `${MILAS}!`, '='.repeat(43))]) {
      await sessions.recognise(header, always);
    }
    expect(asked).toEqual([]);
  });

  it('opens nothing where the session ends while it is being looked up', async () => {
    const slow = Promise.withResolvers<void>();
    answers = slow.promise;
    const seeking = sessions.recognise(cookies(MILAS), always);
    await new Promise(setImmediate);
    expect(asked).toEqual([digest(MILAS)]);
    stored = [];
    const heard = sessions.load('session-1');
    slow.resolve();
    await Promise.all([seeking, heard]);
    expect(sessions.ofCookie(cookies(MILAS))).toBeUndefined();
  });

  it('takes the place of the one before, in a session that goes on', async () => {
    await sessions.recognise(cookies(MILAS), always);
    stored = [aSession({ digest: digest(OTHER) })];
    await sessions.recognise(cookies(OTHER), always);
    expect(sessions.ofCookie(cookies(OTHER))?.session.id).toBe('session-1');
    expect(sessions.ofCookie(cookies(MILAS))).toBeUndefined();
  });
});
