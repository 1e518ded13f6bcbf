import { list, number, optional, text } from './columns.ts';
import type { Account, AppPassword, EnrolmentLink, Passkey } from './records.ts';
import { opened, openingSession, spending } from './session-table.ts';
import { insert, must, type Row, type Sql, type Statement, statement, upsert } from './sql.ts';
import type { Store } from './store.ts';

const account = (row: Row): Account => ({
  sub: text(row, 'sub'),
  name: text(row, 'name'),
  displayName: text(row, 'display_name'),
  ...optional(row, 'email', 'email', text),
  disabled: number(row, 'disabled') === 1,
  groups: list(row, 'member_of'),
  ...optional(row, 'removed', 'removed', number),
  ...optional(row, 'last_sign_in', 'lastSignIn', number),
});

const REVISION = `SELECT value FROM facts WHERE name = 'accounts'`;

/** The people. */
export const accountTable = (sql: Sql): Store['accounts'] => ({
  all: async () => (await sql.query('SELECT * FROM accounts ORDER BY name')).map(account),
  revision: async () => text((await sql.query(REVISION))[0] ?? {}, 'value'),
  async push(revision, changed) {
    await sql.transact(
      [
        ...changed.map((person) =>
          upsert('accounts', ['sub'], {
            sub: person.sub,
            name: person.name,
            display_name: person.displayName,
            email: person.email ?? null,
            disabled: person.disabled ? 1 : 0,
            member_of: JSON.stringify(person.groups),
            removed: person.removed ?? null,
          }),
        ),
        upsert('facts', ['name'], { name: 'accounts', value: revision }),
      ],
      changed.length > 0 ? [{ what: 'accounts' }] : [],
    );
  },
  async forget(subs) {
    if (subs.length === 0) return;
    await sql.transact(
      subs.map((sub) => statement('DELETE FROM accounts WHERE sub = $1', sub)),
      [{ what: 'accounts' }, { what: 'app-passwords' }],
    );
  },
});

const passkey = (row: Row): Passkey => ({
  id: text(row, 'id'),
  sub: text(row, 'sub'),
  name: text(row, 'name'),
  publicKey: text(row, 'public_key'),
  counter: number(row, 'counter'),
  transports: list(row, 'transports'),
  created: number(row, 'created'),
  ...optional(row, 'last_used', 'lastUsed', number),
});

const addingPasskey = (added: Passkey): Statement => ({
  sql: `INSERT INTO passkeys (id, sub, name, public_key, counter, transports, created)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
  values: [
    added.id,
    added.sub,
    added.name,
    added.publicKey,
    added.counter,
    JSON.stringify(added.transports),
    added.created,
  ],
  must: true,
});

/** What people sign in with. */
export const passkeyTable = (sql: Sql): Store['passkeys'] => ({
  find: async (id) => (await sql.query('SELECT * FROM passkeys WHERE id = $1', [id])).map(passkey)[0],
  of: async (sub) =>
    (await sql.query('SELECT * FROM passkeys WHERE sub = $1 ORDER BY created', [sub])).map(passkey),
  ids: async () => new Set((await sql.query('SELECT id FROM passkeys')).map((row) => text(row, 'id'))),
  async counts() {
    const rows = await sql.query('SELECT sub, count(*) AS many FROM passkeys GROUP BY sub');
    return new Map(rows.map((row) => [text(row, 'sub'), number(row, 'many')]));
  },
  add: (added, { ticket, link, session, goesOn, now }) =>
    sql.transact(
      [
        spending(ticket),
        ...(link === undefined
          ? []
          : [
              must('DELETE FROM links WHERE digest = $1 AND sub = $2 AND expires > $3', link, added.sub, now),
            ]),
        addingPasskey(added),
        ...(session === undefined ? [] : openingSession(session, goesOn)),
      ],
      session === undefined ? [] : opened(session),
    ),
  rename: (sub, id, name) =>
    sql.transact([must('UPDATE passkeys SET name = $3 WHERE sub = $1 AND id = $2', sub, id, name)]),
  remove: (sub, id) =>
    sql.transact([
      must('DELETE FROM passkeys WHERE sub = $1 AND id = $2', sub, id),
      statement('DELETE FROM links WHERE sub = $1', sub),
    ]),
});

/** What helps when all devices are gone. */
export const recoveryTable = (sql: Sql): Store['recovery'] => ({
  async left(sub) {
    const query = 'SELECT count(*) AS many FROM recovery_codes WHERE sub = $1 AND confirmed = 1';
    return number((await sql.query(query, [sub]))[0] ?? {}, 'many');
  },
  async offer(sub, digests) {
    await sql.transact([
      statement('DELETE FROM recovery_codes WHERE sub = $1 AND confirmed = 0', sub),
      ...digests.map((digest) => insert('recovery_codes', { sub, digest, confirmed: 0 })),
    ]);
  },
  confirm: (sub, digest) =>
    sql.transact([
      must(
        'UPDATE recovery_codes SET confirmed = 2 WHERE sub = $1 AND digest = $2 AND confirmed = 0',
        sub,
        digest,
      ),
      statement('DELETE FROM recovery_codes WHERE sub = $1 AND confirmed = 1', sub),
      statement('UPDATE recovery_codes SET confirmed = 1 WHERE sub = $1', sub),
    ]),
  exchange: (sub, digest, link) =>
    sql.transact([
      must('DELETE FROM recovery_codes WHERE sub = $1 AND digest = $2 AND confirmed = 1', sub, digest),
      upsert('links', ['sub'], { ...link }),
    ]),
});

const appPassword = (row: Row): AppPassword => ({
  id: text(row, 'id'),
  sub: text(row, 'sub'),
  name: text(row, 'name'),
  hash: text(row, 'hash'),
  created: number(row, 'created'),
});

/** Passwords for apps over LDAP. */
export const passwordTable = (sql: Sql): Store['appPasswords'] => ({
  all: async () => (await sql.query('SELECT * FROM app_passwords ORDER BY created')).map(appPassword),
  of: async (sub) =>
    (await sql.query('SELECT * FROM app_passwords WHERE sub = $1 ORDER BY created', [sub])).map(appPassword),
  async add(password) {
    await sql.transact([insert('app_passwords', { ...password })], [{ what: 'app-passwords' }]);
  },
  remove: (sub, id) =>
    sql.transact(
      [must('DELETE FROM app_passwords WHERE sub = $1 AND id = $2', sub, id)],
      [{ what: 'app-passwords' }],
    ),
});

const enrolmentLink = (row: Row): EnrolmentLink => ({
  digest: text(row, 'digest'),
  sub: text(row, 'sub'),
  expires: number(row, 'expires'),
});

/** One-time links. */
export const linkTable = (sql: Sql): Store['links'] => ({
  find: async (digest) =>
    (await sql.query('SELECT * FROM links WHERE digest = $1', [digest])).map(enrolmentLink)[0],
  async put(link) {
    await sql.transact([upsert('links', ['sub'], { ...link })]);
  },
});
