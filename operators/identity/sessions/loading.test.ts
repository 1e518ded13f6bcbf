import { expect, it } from 'vitest';
import { createClients } from '../clients/clients.ts';
import { createPeople } from '../people/people.ts';
import type { Store } from '../store/store.ts';
import { aClient, anAccount, aSession, NOW } from '../testing/records.ts';
import { createSessions } from './sessions.ts';

/** A question to a database that answers when the test lets it: what it read when it was asked. */
function slowly<T>(...answers: readonly T[]) {
  const asked = answers.map((answer) => ({ answer, ...Promise.withResolvers<T>() }));
  let count = 0;
  return {
    ask: (): Promise<T> => asked[count++]?.promise ?? Promise.reject(new Error('asked too often')),
    answer: (index: number) => asked[index]?.resolve(asked[index].answer),
  };
}

const people = createPeople({ accounts: { all: async () => [anAccount()] } as unknown as Store['accounts'] });

it('a session that ended while all were being read stays so', async () => {
  const all = slowly([aSession()]);
  const store = { all: all.ask, find: async () => undefined } as unknown as Store['sessions'];
  const sessions = createSessions({ sessions: store }, people, () => NOW);
  const loads = [sessions.load(), sessions.load('session-1')];
  await Promise.resolve();
  all.answer(0);
  await Promise.all(loads);
  expect(sessions.all()).toEqual([]);
});

it('a session that was opened while all were being read is not lost', async () => {
  const all = slowly<ReturnType<typeof aSession>[]>([]);
  const store = { all: all.ask, find: async () => aSession() } as unknown as Store['sessions'];
  const sessions = createSessions({ sessions: store }, people, () => NOW);
  const loads = [sessions.load(), sessions.load('session-1')];
  await new Promise(setImmediate);
  all.answer(0);
  await Promise.all(loads);
  expect(sessions.all()).toEqual([aSession()]);
});

it('a reading that fails holds up none after it', async () => {
  const store = { all: () => Promise.reject(new Error('gone')), find: async () => aSession() };
  const sessions = createSessions({ sessions: store as unknown as Store['sessions'] }, people, () => NOW);
  const failed = sessions.load();
  await sessions.load('session-1');
  await expect(failed).rejects.toThrow('gone');
  expect(sessions.all()).toEqual([aSession()]);
});

it('people and clients are as they were read last, though an earlier answer comes later', async () => {
  const accounts = slowly([anAccount()], [anAccount({ disabled: true })]);
  const clients = slowly([aClient()], [aClient({ groups: ['parents'] })]);
  const them = createPeople({ accounts: { all: accounts.ask } as unknown as Store['accounts'] });
  const apps = createClients({ clients: { all: clients.ask } as unknown as Store['clients'] });
  const first = [them.load(), apps.load()];
  await new Promise(setImmediate);
  const second = [them.load(), apps.load()];
  for (const index of [1, 0]) {
    accounts.answer(index);
    clients.answer(index);
    await new Promise(setImmediate);
  }
  await Promise.all([...first, ...second]);
  expect(them.byName('mila')?.disabled).toBe(true);
  expect(apps.find('home-rss')?.groups).toEqual(['parents']);
});
