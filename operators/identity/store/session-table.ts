import { number, text } from './columns.ts';
import type { SessionClient, Spent, StoredSession } from './records.ts';
import { insert, must, type Row, type Sql, type Statement, statement, upsert } from './sql.ts';
import type { Store } from './store.ts';
import { addingLogout } from './trail-tables.ts';

const session = (row: Row): StoredSession => ({
  id: text(row, 'id'),
  digest: text(row, 'digest'),
  sub: text(row, 'sub'),
  passkey: text(row, 'passkey'),
  created: number(row, 'created'),
  seen: number(row, 'seen'),
  expires: number(row, 'expires'),
  address: text(row, 'address'),
  browser: text(row, 'browser'),
});

const sessionClient = (row: Row): SessionClient => ({
  session: text(row, 'session'),
  client: text(row, 'client'),
  oidcSession: text(row, 'oidc_session'),
  grant: text(row, 'grant_id'),
});

/** Takes a ticket; touches no row where it was taken before. */
export const spending = ({ id, expires }: Spent): Statement =>
  must('INSERT INTO spent (id, expires) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING', id, expires);

/** Opens a session, and notes that its person signed in. */
export const openingSession = (opened: StoredSession): readonly Statement[] => [
  insert('sessions', { ...opened }),
  statement('UPDATE accounts SET last_sign_in = $2 WHERE sub = $1', opened.sub, opened.created),
];

/** The sessions, and the apps that were opened in them. */
export const sessionTable = (sql: Sql): Store['sessions'] => ({
  all: async (now) => (await sql.query('SELECT * FROM sessions WHERE expires > $1', [now])).map(session),
  find: async (id) => (await sql.query('SELECT * FROM sessions WHERE id = $1', [id])).map(session)[0],
  open: (opened, { ticket, counter }) =>
    sql.transact(
      [
        spending(ticket),
        must(
          `UPDATE passkeys SET counter = $3, last_used = $4
           WHERE id = $1 AND sub = $2 AND (counter < $3 OR counter = 0)`,
          opened.passkey,
          opened.sub,
          counter,
          opened.created,
        ),
        ...openingSession(opened),
      ],
      [{ what: 'session', id: opened.id }, { what: 'accounts' }],
    ),
  async seen(seen) {
    const query = 'UPDATE sessions SET seen = $2 WHERE id = $1 AND seen < $2';
    await sql.transact(
      [...seen].map(([id, at]) => statement(query, id, at)),
      [],
    );
  },
  async end(ids, tell) {
    await sql.transact(
      [...ids.map((id) => statement('DELETE FROM sessions WHERE id = $1', id)), ...tell.map(addingLogout)],
      ids.map((id) => ({ what: 'session', id })),
    );
  },
  async join({ session, client, oidcSession, grant }) {
    await sql.transact([
      upsert('session_clients', ['session', 'client'], {
        session,
        client,
        oidc_session: oidcSession,
        grant_id: grant,
      }),
    ]);
  },
  clients: async (id) =>
    (await sql.query('SELECT * FROM session_clients WHERE session = $1', [id])).map(sessionClient),
  of: async (client) =>
    (await sql.query('SELECT * FROM session_clients WHERE client = $1', [client])).map(sessionClient),
});
