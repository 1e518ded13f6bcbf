import { number, text } from './columns.ts';
import type { Ending, JoinedClient, Spent, StoredSession } from './records.ts';
import { insert, must, type Row, type Sql, type Statement, statement, upsert } from './sql.ts';
import type { Change, Store } from './store.ts';
import { addingLogout } from './trail-tables.ts';

const storedSession = (row: Row): StoredSession => ({
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

const joinedClient = (row: Row): JoinedClient => ({
  sub: text(row, 'sub'),
  session: text(row, 'session'),
  client: text(row, 'client'),
  oidcSession: text(row, 'oidc_session'),
  grant: text(row, 'grant_id'),
  sid: text(row, 'sid'),
});

/** Takes a ticket; touches no row where it was taken before. */
export const spending = ({ id, expires }: Spent): Statement =>
  must('INSERT INTO spent (id, expires) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING', id, expires);

/** Opens a session, and notes that its person signed in; it takes over from another, where there is one. */
export const openingSession = (session: StoredSession, replaces?: string): readonly Statement[] => [
  insert('sessions', { ...session }),
  statement('UPDATE accounts SET last_sign_in = $2 WHERE sub = $1', session.sub, session.created),
  ...(replaces === undefined
    ? []
    : [
        statement('UPDATE session_clients SET session = $1 WHERE session = $2', session.id, replaces),
        statement('DELETE FROM sessions WHERE id = $1', replaces),
      ]),
];

/** What changes when a session is opened. */
export const opened = ({ id }: StoredSession, replaces?: string): Change[] => [
  ...told([id, ...(replaces === undefined ? [] : [replaces])]),
  { what: 'accounts' },
];

/** The sessions, and the apps that were opened in them. */
export const sessionTable = (sql: Sql): Store['sessions'] => ({
  all: async (now) =>
    (await sql.query('SELECT * FROM sessions WHERE expires > $1', [now])).map(storedSession),
  find: async (id) => (await sql.query('SELECT * FROM sessions WHERE id = $1', [id])).map(storedSession)[0],
  open: (session, { ticket, counter, replaces }) =>
    sql.transact(
      [
        spending(ticket),
        must(
          `UPDATE passkeys SET counter = $3, last_used = $4
           WHERE id = $1 AND sub = $2 AND (counter < $3 OR counter = 0)`,
          session.passkey,
          session.sub,
          counter,
          session.created,
        ),
        ...openingSession(session, replaces),
      ],
      opened(session, replaces),
    ),
  async seen(seen) {
    const query = 'UPDATE sessions SET seen = $2 WHERE id = $1 AND seen < $2';
    await sql.transact([...seen].map(([id, at]) => statement(query, id, at)));
  },
  async end(ending) {
    await sql.transact(endingAll(ending), told(ending.sessions));
  },
  async join({ session, client, oidcSession, grant, sid }) {
    const row = { session, client, oidc_session: oidcSession, grant_id: grant, sid };
    await sql.transact([upsert('session_clients', ['session', 'client'], row)]);
  },
  async joined(by) {
    const [where, values] =
      by === 'all'
        ? ['', []]
        : 'session' in by
          ? ['WHERE session = $1', [by.session]]
          : ['WHERE sub = $1', [by.sub]];
    const query = `SELECT session_clients.*, sub FROM session_clients JOIN sessions ON sessions.id = session ${where}`;
    return (await sql.query(query, values)).map(joinedClient);
  },
});

const told = (ids: readonly string[]): Change[] => ids.map((id) => ({ what: 'session', id }));

const endingAll = ({ sessions, left, oidcSessions, grants, tell }: Ending): readonly Statement[] => [
  ...sessions.map((id) => statement('DELETE FROM sessions WHERE id = $1', id)),
  ...left.map(({ session, client }) =>
    statement('DELETE FROM session_clients WHERE session = $1 AND client = $2', session, client),
  ),
  ...oidcSessions.map((uid) => statement('DELETE FROM artefacts WHERE uid = $1', uid)),
  ...grants.map((grant) => statement('DELETE FROM artefacts WHERE grant_id = $1', grant)),
  ...tell.map(addingLogout),
];
