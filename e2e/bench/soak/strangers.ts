import { defaultDatabaseName } from '../../../operators/app/database/names.ts';
import { inventory } from '../../../operators/app/database/testing/server.ts';
import { childName } from '../../../operators/app/names.ts';
import { dumpOf } from '../../faults/sweep-dump.ts';
import type { Keeping } from './keepsakes.ts';
import { type Fate, untouched } from './wishes.ts';

/** What there is though nobody asks for it, and databases that there are not though somebody does; in words. */
export const strangersIn = async (
  place: Keeping,
  fates: ReadonlyMap<string, Fate>,
): Promise<readonly string[]> => [...(await onServer(place, fates)), ...(await inCluster(place, fates))];

async function onServer(
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
async function inCluster({ client, products }: Keeping, fates: ReadonlyMap<string, Fate>): Promise<string[]> {
  const gone = [...products.keys()].filter((name) => {
    const { wish, data } = fates.get(name) ?? untouched;
    return wish === undefined && data === 'none';
  });
  return Object.keys(await dumpOf(client)).flatMap((object) =>
    gone.filter((name) => object.includes(name)).map((name) => `${object} is left of App ${name}`),
  );
}
