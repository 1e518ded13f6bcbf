import { text } from './columns.ts';
import type { Client } from './records.ts';
import { type Sql, statement, upsert } from './sql.ts';
import type { Store } from './store.ts';

/** The clients, each as a document: nothing asks for a part of one. */
export const clientTable = (sql: Sql): Store['clients'] => ({
  all: async () =>
    (await sql.query('SELECT client FROM clients ORDER BY id')).map(
      (row) => JSON.parse(text(row, 'client')) as Client,
    ),
  async put(client) {
    await sql.transact(
      [upsert('clients', ['id'], { id: client.id, client: JSON.stringify(client) })],
      [{ what: 'clients' }],
    );
  },
  async remove(id) {
    await sql.transact([statement('DELETE FROM clients WHERE id = $1', id)], [{ what: 'clients' }]);
  },
});
