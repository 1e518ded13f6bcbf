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

/** Opens a session, or lets it go on as this one; and notes that its person signed in. */
export const openingSession = (session: StoredSession, goesOn = false): readonly Statement[] => [
  goesOn ? goingOn(session) : insert('sessions', { ...session }),
  statement('UPDATE accounts SET last_sign_in = $2 WHERE sub = $1', session.sub, session.created),
];

/** Touches no row where the session was ended: what has ended stays so. */
const goingOn = ({ id, sub, digest, passkey, created, seen, expires, address, browser }: StoredSession) =>
  must(
    `UPDATE sessions SET digest = $3, passkey = $4, created = $5, seen = $6, expires = $7, address = $8, browser = $9
     WHERE id = $1 AND sub = $2`,
    id,
    sub,
    digest,
    passkey,
    created,
    seen,
    expires,
    address,
    browser,
  );

/** What changes when a session is opened. */
export const opened = ({ id }: StoredSession): Change[] => [...told([id]), { what: 'accounts' }];

/** The sessions, and the apps that were opened in them. */
export const sessionTable = (sql: Sql): Store['sessions'] => ({
  all: async () => (await sql.query('SELECT * FROM sessions')).map(storedSession),
  find: async (id) => (await sql.query('SELECT * FROM sessions WHERE id = $1', [id])).map(storedSession)[0],
  findByDigest: async (digest) =>
    (await sql.query('SELECT * FROM sessions WHERE digest = $1', [digest])).map(storedSession)[0],
  open: (session, { ticket, counter, goesOn }) =>
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
        ...openingSession(session, goesOn),
      ],
      opened(session),
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
