import { type AccountsRequest, App, AppDefinition, Group, SSOClient, User } from '@hearth/domain';
import { type Context, type Immutable, keyText, type Read, Stalled, Waiting } from '@hearth/runtime';
import type { Provider } from '../provider.ts';
import { homeIdOf } from '../sso/claim.ts';
import type { People } from '../sso/provider.ts';
import type { Adapters } from '../sso/providers.ts';
import { accountsOf } from './accounts.ts';

/** How often providers are told of all people though nothing changed, in milliseconds. */
export const interval = 600_000;

/** How long one that failed is left in peace: all Users would ask it at once. */
const pause = 5_000;

/** How soon one is told again behind which somebody has yet to hear of it, in milliseconds. */
export const soon = 20_000;

/** What came of telling one provider. */
export interface Told {
  /** As a sentence names it: `App hearth-providers/identity`. */
  readonly provider: string;
  readonly result: People | Waiting | Stalled;
}

/** Tells identity providers of all people. */
export interface Herald {
  /**
   * Tells every provider that there is of all people that there are; a provider that knows already is not told again.
   * @throws Waiting where there is no Home.
   */
  tell(context: Context): Promise<readonly Told[]>;
}

/** What is known of a provider in this process: after a restart each is told once. */
interface Memory {
  /** What was told, and to whom. */
  readonly of: string;
  readonly at: number;
  readonly result: Told['result'];
}

/** One that has told nobody yet. All controllers that tell share it. */
export function createHerald(adapters: Adapters): Herald {
  const memory = new Map<string, Memory>();
  const lines = new Map<string, Promise<unknown>>();

  const tellOne = async (
    provider: Provider<'SSOClient'>,
    accounts: AccountsRequest,
    home: string,
    context: Context,
  ): Promise<Told | undefined> => {
    const uid = provider.app.metadata.uid ?? '';
    const name = `App ${keyText(provider.ref)}`;
    const last = memory.get(uid);
    const of = `${accounts.revision} ${livesSince(provider.app)}`;
    if (last?.of === of && isFresh(last, context)) return { provider: name, result: last.result };
    const result = await attempt(provider, adapters, accounts, home, context);
    if (result === undefined) return undefined;
    memory.set(uid, { of, at: context.clock.monotonic(), result });
    return { provider: name, result };
  };

  return {
    async tell(context) {
      const home = homeIdOf(context.read);
      const accounts = accountsOf(context.read.list(User), context.read.list(Group));
      // In line, in the order in which the caches were read: what was true before is never told after what is true now.
      const telling = providersOf(context.read).map((provider) => {
        const id = keyText(provider.ref);
        const before = lines.get(id) ?? Promise.resolve();
        const told = before.then(() => tellOne(provider, accounts, home, context));
        lines.set(
          id,
          told.catch(() => undefined),
        );
        return told;
      });
      return (await Promise.all(telling)).filter((each) => each !== undefined);
    },
  };
}

/** Changes when a provider is given another spec, and when it goes down or comes back, maybe with a copy of its data. */
function livesSince({ metadata, status }: App): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return `${metadata.generation} ${ready?.status} ${ready?.lastTransitionTime}`;
}

const isFresh = ({ at, result }: Memory, { clock }: Context): boolean =>
  clock.monotonic() - at < (result instanceof Error || result.behind ? pause : interval);

/** What comes of telling a provider; undefined of one that people come to by another way. */
async function attempt(
  provider: Provider<'SSOClient'>,
  adapters: Adapters,
  accounts: AccountsRequest,
  home: string,
  context: Context,
): Promise<Told['result'] | undefined> {
  const session = adapters[provider.provision.api].open(provider, context);
  try {
    return await session.syncAccounts?.(accounts, home);
  } catch (error) {
    if (error instanceof Waiting || error instanceof Stalled) return error;
    throw error;
  } finally {
    await session.close();
  }
}

/** The providers that there are. One that never ran knows nobody; one that is deleted works until it is gone. */
function providersOf(read: Read): Provider<'SSOClient'>[] {
  return read.list(App).flatMap((app) => {
    const provision = offerOf(app, read);
    const hasRun = app.spec.external !== undefined || app.status?.version !== undefined;
    const definition = read.get(AppDefinition, { name: app.spec.definition });
    if (provision === undefined || definition === undefined || !hasRun) return [];
    const ref = { namespace: app.metadata.namespace ?? '', name: app.metadata.name };
    return [{ ref, app, definition, provision }];
  });
}

/**
 * Providers that people sign in with and that can't be told: they run on, but what they are is in the catalogue no
 * more. In sentences.
 */
export function untellable(read: Read): readonly string[] {
  const refs = read
    .list(SSOClient)
    .filter(({ spec }) => spec.strategy !== 'ldap')
    .flatMap(({ status }) => [...(status?.provider ? [status.provider] : []), ...(status?.leaving ?? [])]);
  const apps = new Map(refs.map((ref) => [keyText(ref), read.get(App, ref)]));
  return [...apps].flatMap(([name, app]) => {
    const definition = app?.spec.definition;
    if (definition === undefined || read.get(AppDefinition, { name: definition }) !== undefined) return [];
    return `AppDefinition ${definition} is not there, so App ${name}, which signs people in, can’t be told.`;
  });
}

/** The sign-on that an App offers, if it does. */
export function offerOf(app: Immutable<App>, read: Read): Provider<'SSOClient'>['provision'] | undefined {
  const offers = read.get(AppDefinition, { name: app.spec.definition })?.spec.provides ?? [];
  return offers.find((offer) => offer.kind === 'SSOClient');
}
