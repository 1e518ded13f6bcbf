import { artefactTable } from './artefact-table.ts';
import { clientTable } from './client-table.ts';
import { accountTable, linkTable, passkeyTable, passwordTable, recoveryTable } from './people-tables.ts';
import { PURGE } from './schema.ts';
import { sessionTable, spending } from './session-table.ts';
import { type Sql, statement } from './sql.ts';
import type { Store } from './store.ts';
import { auditTable, logoutTable } from './trail-tables.ts';

/** How long the audit trail goes back. */
const AUDIT_KEPT = 400 * 24 * 60 * 60_000;

/** The store in a database that speaks SQL. */
export const createStore = (sql: Sql): Store => ({
  accounts: accountTable(sql),
  passkeys: passkeyTable(sql),
  recovery: recoveryTable(sql),
  appPasswords: passwordTable(sql),
  links: linkTable(sql),
  sessions: sessionTable(sql),
  clients: clientTable(sql),
  logouts: logoutTable(sql),
  audit: auditTable(sql),
  artefacts: artefactTable(sql),
  shared: sql.shared,
  spend: (ticket) => sql.transact([spending(ticket)]),
  async purge(now) {
    await sql.transact([
      ...PURGE.map((text) => statement(text, now)),
      statement('DELETE FROM audit WHERE at <= $1', now - AUDIT_KEPT),
    ]);
  },
  settle: sql.settle,
  onChange: sql.onChange,
  behind: sql.behind,
  close: sql.close,
});
