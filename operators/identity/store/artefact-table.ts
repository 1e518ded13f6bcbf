import { number, optional, text } from './columns.ts';
import type { Artefact } from './records.ts';
import { must, type Row, type Sql, statement, upsert } from './sql.ts';
import type { Store } from './store.ts';

const artefact = (row: Row): Artefact => ({
  model: text(row, 'model'),
  digest: text(row, 'digest'),
  payload: text(row, 'payload'),
  ...optional(row, 'expires', 'expires', number),
  ...optional(row, 'consumed', 'consumed', number),
  ...optional(row, 'grant_id', 'grant', text),
  ...optional(row, 'uid', 'uid', text),
});

/** What the OpenID Provider keeps. */
export const artefactTable = (sql: Sql): Store['artefacts'] => ({
  find: async (model, digest) =>
    (await sql.query('SELECT * FROM artefacts WHERE model = $1 AND digest = $2', [model, digest])).map(
      artefact,
    )[0],
  findByUid: async (uid) =>
    (await sql.query('SELECT * FROM artefacts WHERE uid = $1', [uid])).map(artefact)[0],
  async put({ model, digest, payload, expires, grant, uid }) {
    await sql.transact([
      upsert('artefacts', ['model', 'digest'], {
        model,
        digest,
        payload,
        expires: expires ?? null,
        grant_id: grant ?? null,
        uid: uid ?? null,
      }),
    ]);
  },
  consume: (model, digest, now) =>
    sql.transact([
      must(
        'UPDATE artefacts SET consumed = $3 WHERE model = $1 AND digest = $2 AND consumed IS NULL',
        model,
        digest,
        now,
      ),
    ]),
  async remove(model, digest) {
    await sql.transact([statement('DELETE FROM artefacts WHERE model = $1 AND digest = $2', model, digest)]);
  },
  async removeGrant(grant) {
    await sql.transact([statement('DELETE FROM artefacts WHERE grant_id = $1', grant)]);
  },
});
