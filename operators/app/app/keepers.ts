import { type App, Database, type Installed, mayServe, type ProviderRef, requiredBy } from '@hearth/domain';
import { controllerOf, type Immutable, keyOf, keyText, type Read } from '@hearth/runtime';
import { databasesByProvider } from '../indexes.ts';
import { namespaceOf } from '../workload/input.ts';

/** Who uses an App that is being deleted. */
export interface Keepers {
  /** The Apps that keep it. */
  readonly apps: readonly ProviderRef[];
  /** Databases in it that none of `apps` asked for. */
  readonly databases: readonly Immutable<Database>[];
  /** Its users are being deleted too and wait for it in turn, so they don't count: none would ever go. */
  readonly mutual: boolean;
}

/** Finds who uses an App. */
export function keepersOf(app: App, installed: Installed, read: Read): Keepers {
  const self = refOf(app);
  const mutual = isMutual(self, installed);
  const apps = mutual ? [] : requiredBy(self, installed);
  return { apps, mutual, databases: databasesIn(app, apps, read) };
}

/**
 * Databases that an App holds for others than these Apps. One that only names the App is none: whoever makes it
 * would keep the App from going, though it never gets anything.
 */
export function databasesIn(
  app: App,
  users: readonly ProviderRef[],
  read: Read,
): readonly Immutable<Database>[] {
  const asking = new Set(users.map(keyText));
  const isAsked = (database: Immutable<Database>) => {
    const owner = controllerOf(database);
    return owner !== undefined && asking.has(`${database.metadata.namespace}/${owner.name}`);
  };
  return read
    .list(Database, { index: [databasesByProvider.name, keyText(keyOf(app))] })
    .filter(
      ({ metadata, status }) => status?.database !== undefined && mayServe(app, metadata.namespace ?? ''),
    )
    .filter((database) => !isAsked(database));
}

/** Whether all who hold an App are being deleted, and are held by it. */
function isMutual(self: ProviderRef, installed: Installed): boolean {
  const holders = holdersOf(self, installed);
  const isLeaving = (ref: ProviderRef) =>
    installed.apps.get(keyText(ref))?.metadata.deletionTimestamp !== undefined;
  const isHeldBySelf = (ref: ProviderRef) =>
    holdersOf(ref, installed).some((holder) => keyText(holder) === keyText(self));
  return holders.length > 0 && holders.every((holder) => isLeaving(holder) && isHeldBySelf(holder));
}

/** Who uses an App, who uses those, and so on. */
function holdersOf(ref: ProviderRef, installed: Installed): readonly ProviderRef[] {
  const found = new Map<string, ProviderRef>();
  const add = (of: ProviderRef) => {
    for (const user of requiredBy(of, installed)) {
      if (found.has(keyText(user))) continue;
      found.set(keyText(user), user);
      add(user);
    }
  };
  add(ref);
  return [...found.values()];
}

const refOf = (app: App): ProviderRef => ({ namespace: namespaceOf(app), name: app.metadata.name });

/** The Apps and Databases that keep an App, as a sentence lists them. */
export const textOf = ({ apps, databases }: Keepers): string =>
  [...apps.map(keyText), ...databases.map((each) => `Database ${keyText(keyOf(each))}`)].join(', ');
