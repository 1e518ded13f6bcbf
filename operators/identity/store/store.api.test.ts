import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@hearth/runtime/clock';
import { createLogger } from '@hearth/runtime/log';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../../../e2e/harness/postgres.ts';
import { aClient, anAccount, aPasskey, aSession, NOW } from '../testing/records.ts';
import { openStore } from './open.ts';
import type { Change, Store } from './store.ts';

const log = createLogger({ level: 'silent' });
const deps = { clock: systemClock, log };

let folder: string;
let server: PostgresServer;
let databaseUrl: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-identity-'));
  server = await startPostgres();
  databaseUrl = `postgresql://postgres:${server.admin.password}@127.0.0.1:${server.port}/postgres`;
}, 120_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const file = () => join(folder, 'identity.db');
const ticket = (id: string) => ({ id, expires: NOW + 60_000 });

describe.each(['SQLite', 'PostgreSQL'])('the store in %s', (which) => {
  let store: Store;
  const changes: Change[] = [];
  beforeAll(async () => {
    store = await openStore({ file: file(), ...(which === 'PostgreSQL' && { databaseUrl }) }, deps);
    store.onChange(async (change) => void changes.push(change));
  });
  afterAll(() => store?.close());

  it('keeps people as they were pushed, and the revision', async () => {
    expect(await store.accounts.revision()).toBe('');
    await store.accounts.push('r1', [
      anAccount(),
      anAccount({ sub: 'sub-ben', name: 'ben', disabled: true }),
    ]);
    expect(await store.accounts.revision()).toBe('r1');
    const [ben, mila] = await store.accounts.all();
    expect(mila).toEqual(anAccount());
    expect(ben).toMatchObject({ name: 'ben', disabled: true });
    await store.accounts.push('r2', [anAccount({ groups: [], removed: NOW })]);
    expect((await store.accounts.all())[1]).toEqual(anAccount({ groups: [], removed: NOW }));
    await store.accounts.push('r3', [anAccount()]);
    expect(changes).toContainEqual({ what: 'accounts' });
  });

  it('adds a passkey once for a link, and opens the session with it', async () => {
    await store.links.put({ digest: 'old-link', sub: 'sub-mila', expires: NOW + 1000 });
    await store.links.put({ digest: 'link', sub: 'sub-mila', expires: NOW + 1000 });
    expect(await store.links.find('old-link')).toBeUndefined();
    const by = { ticket: ticket('e1'), link: 'link', session: aSession(), now: NOW };
    expect(await store.passkeys.add(aPasskey(), { ...by, now: NOW + 1000 })).toBe(false);
    expect(await store.passkeys.add(aPasskey(), by)).toBe(true);
    expect(await store.passkeys.of('sub-mila')).toEqual([aPasskey()]);
    expect(await store.sessions.find('session-1')).toEqual(aSession());
    expect(await store.sessions.findByDigest('digest-1')).toEqual(aSession());
    expect(await store.sessions.findByDigest('session-1')).toBeUndefined();
    expect(await store.links.find('link')).toBeUndefined();
    expect(await store.passkeys.add(aPasskey({ id: 'other' }), { ...by, ticket: ticket('e2') })).toBe(false);
    expect(await store.passkeys.add(aPasskey(), { ticket: ticket('e3'), now: NOW })).toBe(false);
    expect(await store.spend(ticket('e3'))).toBe(true);
    expect(changes).toContainEqual({ what: 'session', id: 'session-1' });
  });

  it('opens a session once for a ticket, and only where the authenticator counts on', async () => {
    const session = aSession({ id: 'session-2', digest: 'digest-2', created: NOW + 1 });
    expect(await store.sessions.open(session, { ticket: ticket('s1'), counter: 5 })).toBe(true);
    expect(await store.passkeys.find('cred-phone')).toMatchObject({ counter: 5, lastUsed: NOW + 1 });
    expect((await store.accounts.all())[1]?.lastSignIn).toBe(NOW + 1);
    const again = aSession({ id: 'session-3', digest: 'digest-3' });
    expect(await store.sessions.open(again, { ticket: ticket('s1'), counter: 6 })).toBe(false);
    expect(await store.sessions.open(again, { ticket: ticket('s2'), counter: 5 })).toBe(false);
    expect(
      await store.sessions.open({ ...again, passkey: 'gone' }, { ticket: ticket('s2'), counter: 6 }),
    ).toBe(false);
    expect((await store.sessions.all()).map(({ id }) => id)).toEqual(['session-1', 'session-2']);
  });

  it('lets a session go on under another cookie, unless it has ended', async () => {
    const next = aSession({ id: 'session-2', digest: 'digest-4', created: NOW + 2 });
    const by = { ticket: ticket('s3'), counter: 7, goesOn: true };
    expect(await store.sessions.open(next, by)).toBe(true);
    expect(await store.sessions.find('session-2')).toEqual(next);
    const ended = { ...next, id: 'session-ended', digest: 'digest-5' };
    expect(await store.sessions.open(ended, { ...by, ticket: ticket('s4'), counter: 8 })).toBe(false);
    expect(await store.sessions.find('session-ended')).toBeUndefined();
    expect(await store.spend(ticket('s4'))).toBe(true);
  });

  it('takes a ticket once, of many who try at the same time', async () => {
    const taken = await Promise.all(Array.from({ length: 20 }, () => store.spend(ticket('raced'))));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  it('notes use, apps opened and the end of a session, with whom to tell', async () => {
    await store.sessions.seen(new Map([['session-1', NOW + 5]]));
    await store.sessions.seen(new Map([['session-1', NOW + 3]]));
    expect((await store.sessions.find('session-1'))?.seen).toBe(NOW + 5);
    const joined = {
      session: 'session-1',
      client: 'home-rss',
      oidcSession: 'uid',
      grant: 'grant',
      sid: 'sid',
    };
    await store.sessions.join({ ...joined, grant: 'older' });
    await store.sessions.join(joined);
    const wiki = { ...joined, session: 'session-2', client: 'home-wiki', grant: 'other' };
    await store.sessions.join(wiki);
    expect(await store.sessions.joined({ session: 'session-1' })).toEqual([{ ...joined, sub: 'sub-mila' }]);
    expect(await store.sessions.joined('all')).toHaveLength(2);
    expect(await store.sessions.joined({ sub: 'sub-mila' })).toHaveLength(2);
    await store.artefacts.put({ model: 'Session', digest: 'ended', payload: 'sealed', uid: 'uid' });
    await store.artefacts.put({ model: 'RefreshToken', digest: 'ended', payload: 'sealed', grant: 'grant' });
    const logout = { id: 'l1', client: 'home-rss', sub: 'sub-mila', sid: 'sid', tries: 0, due: NOW };
    await store.sessions.end({
      sessions: ['session-1'],
      left: [wiki],
      oidcSessions: ['uid'],
      grants: ['grant'],
      tell: [logout],
    });
    expect(await store.sessions.find('session-1')).toBeUndefined();
    expect(await store.sessions.find('session-2')).toBeDefined();
    expect(await store.sessions.joined({ sub: 'sub-mila' })).toEqual([]);
    expect(await store.artefacts.findByUid('uid')).toBeUndefined();
    expect(await store.artefacts.find('RefreshToken', 'ended')).toBeUndefined();
    expect(await store.logouts.due(NOW)).toEqual([logout]);
    const claims = await Promise.all([1, 2, 3].map(() => store.logouts.claim(logout, NOW + 10)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await store.logouts.due(NOW + 10)).toEqual([{ ...logout, tries: 1, due: NOW + 10 }]);
    await store.logouts.done('l1');
    expect(await store.logouts.due(NOW + 10)).toEqual([]);
  });

  it('removes a passkey with the link that may have been made with it', async () => {
    await store.passkeys.add(aPasskey({ id: 'cred-stolen' }), { ticket: ticket('e9'), now: NOW });
    await store.links.put({ digest: 'made-with-it', sub: 'sub-mila', expires: NOW + 1000 });
    expect(await store.passkeys.ids()).toEqual(new Set(['cred-phone', 'cred-stolen']));
    expect(await store.passkeys.remove('sub-ben', 'cred-stolen')).toBe(false);
    expect(await store.links.find('made-with-it')).toBeDefined();
    expect(await store.passkeys.remove('sub-mila', 'cred-stolen')).toBe(true);
    expect(await store.links.find('made-with-it')).toBeUndefined();
  });

  it('keeps old recovery codes until a new one was typed, and takes each once', async () => {
    const link = { digest: 'recovery', sub: 'sub-mila', expires: NOW + 1000 };
    await store.recovery.offer('sub-mila', ['a', 'b']);
    expect(await store.recovery.left('sub-mila')).toBe(0);
    expect(await store.recovery.exchange('sub-mila', 'a', link)).toBe(false);
    expect(await store.recovery.confirm('sub-mila', 'x')).toBe(false);
    expect(await store.recovery.confirm('sub-mila', 'b')).toBe(true);
    expect(await store.recovery.left('sub-mila')).toBe(2);
    await store.recovery.offer('sub-mila', ['c']);
    expect(await store.recovery.exchange('sub-mila', 'a', link)).toBe(true);
    expect(await store.recovery.exchange('sub-mila', 'a', link)).toBe(false);
    expect(await store.links.find('recovery')).toEqual(link);
    expect(await store.recovery.confirm('sub-mila', 'c')).toBe(true);
    expect(await store.recovery.exchange('sub-mila', 'b', link)).toBe(false);
    expect(await store.recovery.left('sub-mila')).toBe(1);
  });

  it('keeps app passwords, clients and what the OpenID Provider has', async () => {
    const password = { id: 'p1', sub: 'sub-mila', name: 'Wiki', hash: '{SSHA512}x', created: NOW };
    await store.appPasswords.add(password);
    expect(await store.appPasswords.all()).toEqual([password]);
    expect(await store.appPasswords.remove('sub-ben', 'p1')).toBe(false);
    expect(await store.appPasswords.remove('sub-mila', 'p1')).toBe(true);
    await store.clients.put(aClient());
    await store.clients.put(aClient({ title: 'News' }));
    expect(await store.clients.all()).toEqual([aClient({ title: 'News' })]);
    await store.clients.remove('home-rss');
    expect(await store.clients.all()).toEqual([]);

    const code = {
      model: 'AuthorizationCode',
      digest: 'c',
      payload: 'sealed',
      expires: NOW + 10,
      grant: 'g',
    };
    await store.artefacts.put(code);
    expect(await store.artefacts.consume('AuthorizationCode', 'c', NOW)).toBe(true);
    expect(await store.artefacts.consume('AuthorizationCode', 'c', NOW)).toBe(false);
    expect(await store.artefacts.find('AuthorizationCode', 'c')).toEqual({ ...code, consumed: NOW });
    await store.artefacts.removeGrant('g');
    expect(await store.artefacts.find('AuthorizationCode', 'c')).toBeUndefined();
    await store.artefacts.put({ model: 'Session', digest: 's', payload: 'sealed', uid: 'u' });
    expect(await store.artefacts.findByUid('u')).toMatchObject({ digest: 's' });
  });

  it('writes the audit trail, counting up', async () => {
    await store.audit.write({ event: 'sign-in', sub: 'sub-mila', user: 'mila', device: 'Phone' }, NOW);
    await store.audit.write({ event: 'sign-out', sub: 'sub-ben', detail: 'everywhere' }, NOW + 1);
    const [first, second] = await store.audit.after(0, 10);
    expect(first).toEqual({
      number: 1,
      at: NOW,
      event: 'sign-in',
      sub: 'sub-mila',
      user: 'mila',
      device: 'Phone',
    });
    expect(await store.audit.after(1, 10)).toEqual([second]);
    expect(await store.audit.of('sub-ben', 10)).toEqual([second]);
  });

  it('forgets what has expired, and people with all that is theirs', async () => {
    await store.artefacts.put({ model: 'AccessToken', digest: 't', payload: 'sealed', expires: NOW + 10 });
    const [session] = await store.sessions.all();
    await store.purge(NOW + 10);
    expect(await store.artefacts.find('AccessToken', 't')).toBeUndefined();
    expect(await store.artefacts.findByUid('u')).toBeDefined();
    // Only who ends a session knows whom to tell of it.
    await store.purge((session?.expires ?? 0) + 1);
    expect(await store.sessions.all()).toContainEqual(session);
    await store.accounts.forget(['sub-mila']);
    expect(await store.passkeys.find('cred-phone')).toBeUndefined();
    expect(await store.sessions.all()).toEqual([]);
    expect(await store.passkeys.counts()).toEqual(new Map());
  });
});

describe('a file', () => {
  it('is restored from a copy', async () => {
    const path = join(folder, 'restored.db');
    const first = await openStore({ file: path }, deps);
    await first.accounts.push('r1', [anAccount()]);
    await first.passkeys.add(aPasskey(), { ticket: ticket('a'), now: NOW });
    await first.close();
    const copy = join(folder, 'copy.db');
    await copyFile(path, copy);
    const second = await openStore({ file: copy }, deps);
    expect(await second.passkeys.of('sub-mila')).toEqual([aPasskey()]);
    await second.close();
  });

  it('is copied whole while it is in use, once it has settled', async () => {
    const path = join(folder, 'used.db');
    const used = await openStore({ file: path }, deps);
    await used.accounts.push('r1', [anAccount()]);
    await used.settle();
    const copy = join(folder, 'copied.db');
    await copyFile(path, copy);
    await used.accounts.push('r2', []);
    const copied = await openStore({ file: copy }, deps);
    expect(await copied.accounts.revision()).toBe('r1');
    expect(await copied.accounts.all()).toEqual([anAccount()]);
    await Promise.all([used.close(), copied.close()]);
  });

  it('that is damaged is refused, not written over', async () => {
    const path = join(folder, 'damaged.db');
    await writeFile(path, 'SQLite format 3\0'.padEnd(4096, 'x'));
    await expect(openStore({ file: path }, deps)).rejects.toThrow(/malformed|damaged|not a database/);
  });
});

describe('replicas on one PostgreSQL', () => {
  it('bring its schema up to date together, and hear of each other’s changes', async () => {
    const admin = new pg.Client({ connectionString: databaseUrl });
    await admin.connect();
    await admin.query('CREATE DATABASE shared');
    await admin.end();
    const shared = databaseUrl.replace(/postgres$/, 'shared');
    const stores = await Promise.all([1, 2, 3].map(() => openStore({ file: '', databaseUrl: shared }, deps)));
    const [one, two] = stores as [Store, Store, Store];
    const heard = new Promise<Change>((resolve) => {
      two.onChange(async (change) => resolve(change));
    });
    await one.clients.put(aClient());
    expect(await heard).toEqual({ what: 'clients' });
    expect(two.behind()).toBeUndefined();
    await Promise.all(stores.map((store) => store.close()));
  });

  it('lose connections in the middle of transactions, and go on with others', async () => {
    const store = await openStore({ file: '', databaseUrl }, deps);
    const admin = new pg.Client({ connectionString: databaseUrl });
    await admin.connect();
    const others = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()';
    for (let round = 0; round < 10; round++) {
      const many = Array.from({ length: 40 }, (_, n) => store.spend(ticket(`lost-${round}-${n}`)));
      await Promise.race(many).catch(() => undefined);
      await admin.query(others);
      await Promise.allSettled(many);
    }
    await admin.end();
    await expect.poll(() => store.spend(ticket('after')).catch(() => false), { timeout: 10_000 }).toBe(true);
    await store.close();
  });
});
