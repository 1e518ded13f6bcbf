import {
  type App,
  Database,
  type Installed,
  mayServe,
  type ProviderRef,
  requiredBy,
  SSOClient,
} from '@hearth/domain';
import {
  controllerOf,
  type Immutable,
  keyOf,
  keyText,
  type Read,
  type Resource,
  Secret,
} from '@hearth/runtime';
import { databasesByProvider } from '../indexes.ts';
import { namespaceOf } from '../workload/input.ts';

/** Who uses an App that is being deleted. */
export interface Keepers {
  /** The Apps that keep it. */
  readonly apps: readonly ProviderRef[];
  /** Databases in it that none of `apps` asked for. */
  readonly databases: readonly Immutable<Database>[];
  /** SSOClients that have a client in it, and that none of `apps` asked for. */
  readonly clients: readonly Immutable<SSOClient>[];
  /** Its users are being deleted too and wait for it in turn, so they don't count: none would ever go. */
  readonly mutual: boolean;
}

/** Finds who uses an App. */
export function keepersOf(app: App, installed: Installed, read: Read): Keepers {
  const self = refOf(app);
  const mutual = isMutual(self, installed);
  const apps = mutual ? [] : requiredBy(self, installed);
  return { apps, mutual, databases: databasesIn(app, apps, read), clients: clientsIn(app, apps, read) };
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
  return read
    .list(Database, { index: [databasesByProvider.name, keyText(keyOf(app))] })
    .filter(
      ({ metadata, status }) => status?.database !== undefined && mayServe(app, metadata.namespace ?? ''),
    )
    .filter(unaskedBy(users));
}

/**
 * SSOClients that have a client in an App for others than these Apps: there now, or there before, while somebody may
 * still sign in by it. Those that are being deleted count too, for they have it removed by the App.
 */
export function clientsIn(
  app: App,
  users: readonly ProviderRef[],
  read: Read,
): readonly Immutable<SSOClient>[] {
  const provider = keyText(keyOf(app));
  const isAt = (ref: ProviderRef | undefined) => ref !== undefined && keyText(ref) === provider;
  // The Secret is there before anything is made, and status when all is.
  const isBeingMade = (client: Immutable<SSOClient>) =>
    isAt(client.spec.providerRef) &&
    mayServe(app, client.metadata.namespace ?? '') &&
    read.owned(Secret, client).length > 0;
  return read
    .list(SSOClient)
    .filter(
      (client) => isAt(client.status?.provider) || client.status?.leaving?.some(isAt) || isBeingMade(client),
    )
    .filter(unaskedBy(users));
}

/** Tells what none of these Apps asked for. */
function unaskedBy(users: readonly ProviderRef[]): (made: Immutable<Resource>) => boolean {
  const asking = new Set(users.map(keyText));
  return (made) => {
    const owner = controllerOf(made);
    return owner === undefined || !asking.has(`${made.metadata.namespace}/${owner.name}`);
  };
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

/** Who keeps an App, as a sentence lists them. */
export const textOf = ({ apps, databases, clients }: Keepers): string =>
  [
    ...apps.map(keyText),
    ...[...databases, ...clients].map((each) => `${each.kind} ${keyText(keyOf(each))}`),
  ].join(', ');
