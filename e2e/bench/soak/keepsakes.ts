import { PersistentVolumeClaim, Secret } from '@hearth/runtime';
import { decodeSecret } from '../../../operators/app/binding.ts';
import { bindingSecretName, childName, generatedSecretName } from '../../../operators/app/names.ts';
import type { ApiClient } from '../../app/api-client.ts';
import { askAsApp } from '../../app/own-database.ts';
import type { PostgresServer } from '../../harness/postgres.ts';
import { inHome } from './person.ts';
import type { Product } from './products.ts';
import { type Fate, untouched } from './wishes.ts';

/** What is an App's own, and must be there for as long as nobody asks for its deletion. */
interface Keepsake {
  /** What it wrote into its database. */
  readonly answer: unknown;
  /** By which it gets there; apps are known to keep it in files of their own. */
  readonly password: string | undefined;
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
   * Looks for everything that must be there, while every App that is wanted is Ready.
   * @returns what is missing, or is not what it was, in words.
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
      return (await Promise.all(each)).flat();
    },
    async take(fates) {
      for (const [name, { wish, data }] of fates) {
        const product = place.products.get(name);
        if (product === undefined || wish === undefined || data === 'some') continue;
        await write(place, name, product, ++answers);
        remembered.set(name, await present(place, name, product));
      }
    },
  };
}

/** What an App has that is Ready. */
async function present(place: Keeping, name: string, product: Product): Promise<Keepsake> {
  const [answer, password, kept] = await Promise.all([
    read(place, name, product),
    passwordOf(place, name),
    ofCluster(place, name),
  ]);
  return { answer, password, ...kept };
}

/** What a removed App has left; what is in its database, and how to get there, shows when the App is back. */
const left = async (place: Keeping, name: string, { answer, password }: Keepsake): Promise<Keepsake> => ({
  answer,
  password,
  ...(await ofCluster(place, name)),
});

async function ofCluster({ client }: Keeping, name: string): Promise<Pick<Keepsake, 'claim' | 'keys'>> {
  const [claim, keys] = await Promise.all([
    client.get(PersistentVolumeClaim, inHome(childName(name, 'data'))),
    client.get(Secret, inHome(generatedSecretName(name))),
  ]);
  return { claim: claim?.metadata.uid, keys: keys && JSON.stringify(keys.data) };
}

async function passwordOf({ client }: Keeping, name: string): Promise<string | undefined> {
  const binding = await client.get(Secret, inHome(bindingSecretName(childName(name, 'db'))));
  return decodeSecret(binding)?.password;
}

async function read(place: Keeping, name: string, { hasDatabase }: Product): Promise<unknown> {
  if (!hasDatabase) return undefined;
  const user = { ...place, app: name, workload: 'app' };
  const [table] = await askAsApp(user, `SELECT to_regclass('kept') IS NOT NULL AS exists`);
  if (!table?.exists) return undefined;
  return (await askAsApp(user, 'SELECT answer FROM kept'))[0]?.answer;
}

async function write(place: Keeping, name: string, { hasDatabase }: Product, answer: number): Promise<void> {
  if (!hasDatabase) return;
  const user = { ...place, app: name, workload: 'app' };
  await askAsApp(user, `DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT ${answer} AS answer`);
}

/** What each part of a keepsake is to people. */
const PARTS = { answer: 'data', password: 'password', claim: 'volume', keys: 'keys' } as const;

function changes(name: string, before: Keepsake, found: Keepsake): string[] {
  return (Object.keys(PARTS) as (keyof Keepsake)[])
    .filter((part) => before[part] !== found[part])
    .map((part) => `App ${name} has lost its ${PARTS[part]}`);
}
