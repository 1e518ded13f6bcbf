import { number, optional, text } from './columns.ts';
import type { AuditEvent, PendingLogout, WrittenEntry } from './records.ts';
import { insert, must, type Row, type Sql, type Statement, statement } from './sql.ts';
import type { Store } from './store.ts';

const entry = (row: Row): WrittenEntry => ({
  number: number(row, 'number'),
  at: number(row, 'at'),
  event: text(row, 'event') as AuditEvent,
  ...optional(row, 'sub', 'sub', text),
  ...optional(row, 'user_name', 'user', text),
  ...optional(row, 'client', 'client', text),
  ...optional(row, 'device', 'device', text),
  ...optional(row, 'address', 'address', text),
  ...optional(row, 'detail', 'detail', text),
});

/** What happened. */
export const auditTable = (sql: Sql): Store['audit'] => ({
  async write({ event, sub, user, client, device, address, detail }, at) {
    await sql.transact([
      insert('audit', {
        at,
        event,
        sub: sub ?? null,
        user_name: user ?? null,
        client: client ?? null,
        device: device ?? null,
        address: address ?? null,
        detail: detail ?? null,
      }),
    ]);
  },
  after: async (after, limit) =>
    (await sql.query('SELECT * FROM audit WHERE number > $1 ORDER BY number LIMIT $2', [after, limit])).map(
      entry,
    ),
  of: async (sub, limit) =>
    (await sql.query('SELECT * FROM audit WHERE sub = $1 ORDER BY number DESC LIMIT $2', [sub, limit])).map(
      entry,
    ),
});

const logout = (row: Row): PendingLogout => ({
  id: text(row, 'id'),
  client: text(row, 'client'),
  sub: text(row, 'sub'),
  sid: text(row, 'sid'),
  tries: number(row, 'tries'),
  due: number(row, 'due'),
});

/** Notes that a client is to be told of a logout. */
export const addingLogout = (added: PendingLogout): Statement => insert('logouts', { ...added });

/** Logouts that apps have not been told yet. */
export const logoutTable = (sql: Sql): Store['logouts'] => ({
  async add(logouts) {
    await sql.transact(logouts.map(addingLogout));
  },
  due: async (now) =>
    (await sql.query('SELECT * FROM logouts WHERE due <= $1 ORDER BY due LIMIT 100', [now])).map(logout),
  claim: ({ id, due: was }, due) =>
    sql.transact([
      must('UPDATE logouts SET due = $3, tries = tries + 1 WHERE id = $1 AND due = $2', id, was, due),
    ]),
  async done(id) {
    await sql.transact([statement('DELETE FROM logouts WHERE id = $1', id)]);
  },
});
