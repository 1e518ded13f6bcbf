import { type Database, Home } from '@hearth/domain';
import { type Immutable, type Read, Stalled, Waiting } from '@hearth/runtime';
import { defaultDatabaseName, isReserved } from './names.ts';
import type { Claim } from './provider.ts';

/**
 * What a Database asks of its server. By its Home's id everything is marked; without a Home, by that which it was
 * marked by, so that what is deleted together with its Home can be given back.
 * @throws Waiting where there is neither; Stalled where the name can't be.
 */
export function claimOf(database: Immutable<Database>, read: Read): Claim {
  const home = read.get(Home, { name: 'home' });
  const id = home?.spec.id ?? home?.metadata.uid ?? database.status?.home;
  if (id === undefined) {
    throw new Waiting(
      'HomeMissing',
      'There is no Home, by which databases are marked: apply one named home.',
    );
  }
  const { namespace = '', name } = database.metadata;
  return {
    name: nameOf(database),
    mark: { home: id, namespace, name, definition: database.spec.owner },
    extensions: database.spec.extensions ?? [],
  };
}

function nameOf(database: Immutable<Database>): string {
  const { namespace = '', name } = database.metadata;
  const chosen = database.spec.database;
  if (chosen !== undefined && isReserved(chosen)) {
    throw new Stalled(
      'NameReserved',
      `PostgreSQL keeps the name "${chosen}" for itself: delete this Database and make it again with another name in spec.database.`,
    );
  }
  return chosen ?? defaultDatabaseName(namespace, name);
}
