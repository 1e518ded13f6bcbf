import { PersistentVolumeClaim, Secret } from '@hearth/runtime';
import { defaultDatabaseName } from '../../../operators/app/database/names.ts';
import { inventory } from '../../../operators/app/database/testing/server.ts';
import { childName, generatedSecretName } from '../../../operators/app/names.ts';
import type { ApiClient } from '../../app/api-client.ts';
import { askAsApp } from '../../app/own-database.ts';
import { dumpOf } from '../../faults/sweep-dump.ts';
import type { PostgresServer } from '../../harness/postgres.ts';
import { inHome } from './person.ts';
import type { Product } from './products.ts';
import { type Fate, untouched } from './wishes.ts';

/** What is an App's own, and must be there for as long as nobody asks for its deletion. */
interface Keepsake {
  /** What it wrote into its database. */
  readonly answer: unknown;
  /** Which claim its volume is. */
  readonly claim: string | undefined;
  /** The passwords that were generated for it. */
  readonly keys: string | undefined;
}

/** Where to look, and for what. */
export interface Keeping {
  readonly client: ApiClient;
  readonly server: PostgresServer;
  readonly products: ReadonlyMap<string, Product>;
}

/** Remembers what Apps have, from one rest to the next. */
export interface Keepsakes {
  /**
   * Looks for everything that must be there and for what must not, while every App that is wanted is Ready.
   * @returns what is wrong, in words.
   */
  check(fates: ReadonlyMap<string, Fate>): Promise<readonly string[]>;
  /** Has Apps that are new write something into their database, and remembers that and all else they have. */
  take(fates: ReadonlyMap<string, Fate>): Promise<void>;
}

/** Remembers nothing yet. */
export function createKeepsakes(place: Keeping): Keepsakes {
  const remembered = new Map<string, Keepsake>();
  let answers = 0;

  const lookAt = async (name: string, product: Product, { wish, data }: Fate): Promise<string[]> => {
    const before = data === 'some' ? remembered.get(name) : undefined;
    if (wish === undefined) return before ? changes(name, before, await left(place, name, before)) : [];
    const found = await present(place, name, product);
    if (before) return changes(name, before, found);
    return data === 'none' && found.answer !== undefined
      ? [`App ${name} found in its database what an App wrote that was deleted with all it had`]
      : [];
  };

  return {
    async check(fates) {
      const each = Array.from(place.products, ([name, product]) =>
        // What can't be looked at is wrong, too: no login, no table.
        lookAt(name, product, fates.get(name) ?? untouched).catch((error) => [
          `App ${name}: ${error.message}`,
        ]),
      );
      return [
        ...(await Promise.all(each)).flat(),
        ...(await strangers(place, fates)),
        ...(await remains(place, fates)),
      ];
    },
    async take(fates) {
      for (const [name, { wish, data }] of fates) {
        const product = place.products.get(name);
        if (product === undefined || wish === undefined || data === 'some') continue;
        const answer = await write(place, name, product, ++answers);
        remembered.set(name, { ...(await ofCluster(place, name)), answer });
      }
    },
  };
}

/** What an App has that is Ready. */
async function present(place: Keeping, name: string, product: Product): Promise<Keepsake> {
  return { answer: await read(place, name, product), ...(await ofCluster(place, name)) };
}

/** What a removed App has left; its database can't be looked into before the App is back. */
const left = async (place: Keeping, name: string, { answer }: Keepsake): Promise<Keepsake> => ({
  answer,
  ...(await ofCluster(place, name)),
});

async function ofCluster({ client }: Keeping, name: string): Promise<Pick<Keepsake, 'claim' | 'keys'>> {
  const [claim, keys] = await Promise.all([
    client.get(PersistentVolumeClaim, inHome(childName(name, 'data'))),
    client.get(Secret, inHome(generatedSecretName(name))),
  ]);
  return { claim: claim?.metadata.uid, keys: keys && JSON.stringify(keys.data) };
}

async function read(place: Keeping, name: string, { hasDatabase }: Product): Promise<unknown> {
  if (!hasDatabase) return undefined;
  const user = { ...place, app: name, workload: 'app' };
  const [table] = await askAsApp(user, `SELECT to_regclass('kept') IS NOT NULL AS exists`);
  if (!table?.exists) return undefined;
  return (await askAsApp(user, 'SELECT answer FROM kept'))[0]?.answer;
}

async function write(
  place: Keeping,
  name: string,
  { hasDatabase }: Product,
  answer: number,
): Promise<number | undefined> {
  if (!hasDatabase) return undefined;
  const user = { ...place, app: name, workload: 'app' };
  await askAsApp(user, `DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT ${answer} AS answer`);
  return answer;
}

function changes(name: string, before: Keepsake, found: Keepsake): string[] {
  return (['answer', 'claim', 'keys'] as const)
    .filter((part) => before[part] !== found[part])
    .map((part) => `App ${name} has lost its ${{ answer: 'data', claim: 'volume', keys: 'keys' }[part]}`);
}

/** Databases and roles that are missing, or that nobody asks for. */
async function strangers(
  { server, products }: Keeping,
  fates: ReadonlyMap<string, Fate>,
): Promise<readonly string[]> {
  const { databases, roles } = await inventory(server);
  const wanted = new Set(['postgres']);
  const possible = new Set(wanted);
  for (const [name, { hasDatabase }] of products) {
    const { wish, data } = fates.get(name) ?? untouched;
    if (!hasDatabase) continue;
    const database = defaultDatabaseName('home', childName(name, 'db'));
    if (wish !== undefined || data === 'some') wanted.add(database);
    if (wish !== undefined || data !== 'none') possible.add(database);
  }
  return [['database', databases.map(String)] as const, ['role', roles.map(String)] as const].flatMap(
    ([what, found]) => [
      ...found.filter((name) => !possible.has(name)).map((name) => `${what} ${name} is nobody’s`),
      ...[...wanted].filter((name) => !found.includes(name)).map((name) => `${what} ${name} is missing`),
    ],
  );
}

/** Objects of Apps that were deleted with all they had. */
async function remains({ client, products }: Keeping, fates: ReadonlyMap<string, Fate>): Promise<string[]> {
  const gone = [...products.keys()].filter((name) => {
    const { wish, data } = fates.get(name) ?? untouched;
    return wish === undefined && data === 'none';
  });
  return Object.keys(await dumpOf(client)).flatMap((object) =>
    gone.filter((name) => object.includes(name)).map((name) => `${object} is left of App ${name}`),
  );
}
