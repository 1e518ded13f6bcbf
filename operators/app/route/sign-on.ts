import { Route, SSOClient } from '@hearth/domain';
import { type Immutable, indexed, type Key, keyOf, keyText, type Read, Stalled } from '@hearth/runtime';
import type { Question } from './gateway.ts';

/** The reason of a Route that is closed until people can sign in. */
export const signOnAwaited = 'SignOnNotReady';

/** How people sign in to what a route leads to. */
export interface SignOn {
  /** The SSOClient. */
  readonly client: string;
  /** Who asks for it: the gateway at every request, or the app itself. */
  readonly by: 'gateway' | 'app';
  /** What it waits for, as a sentence; undefined: people are asked. */
  readonly awaits?: string | undefined;
  /** What the gateway asks, once it can. */
  readonly question?: Question | undefined;
  /** Who may enter; none: everyone in the home. */
  readonly groups: readonly string[];
}

/** Routes by the SSOClient that they name, `NAMESPACE/NAME`. */
export const routesByClient = indexed(Route, 'client', ({ metadata, spec }) =>
  spec.signOn === undefined ? [] : [keyText({ namespace: metadata.namespace, name: spec.signOn.client })],
);

/** The routes that name an SSOClient. */
export const routesOfClient = (client: Immutable<SSOClient>, read: Read): readonly Key[] =>
  read.list(Route, { index: [routesByClient.name, keyText(keyOf(client))] }).map(keyOf);

/**
 * How people sign in to a route; undefined where it doesn't say.
 * @throws Stalled where it names an SSOClient that can't guard it.
 */
export function signOnOf(route: Immutable<Route>, read: Read): SignOn | undefined {
  const name = route.spec.signOn?.client;
  if (name === undefined) return undefined;
  const client = read.get(SSOClient, { namespace: route.metadata.namespace, name });
  if (client === undefined) {
    return { client: name, by: 'gateway', groups: [], awaits: `SSOClient ${name} is not there yet.` };
  }
  refuseUnsuitable(route, client);
  const { access, open = [], strategy } = client.spec;
  const { middleware, clientId } = client.status ?? {};
  const groups = access?.groups ?? [];
  const awaits = `SSOClient ${name} is not ready: ${wordOf(client)}`;
  if (strategy === 'forward-auth') {
    return middleware === undefined
      ? { client: name, by: 'gateway', groups, awaits }
      : { client: name, by: 'gateway', groups, question: { middleware, open } };
  }
  return { client: name, by: 'app', groups, awaits: clientId === undefined ? awaits : undefined };
}

function refuseUnsuitable(route: Immutable<Route>, { metadata: { name }, spec }: Immutable<SSOClient>): void {
  if (spec.strategy === 'ldap') {
    throw new Stalled(
      'SignOnUnsuitable',
      `By SSOClient ${name} people sign in to a form of the app’s own (ldap), so it guards no route: name one by ` +
        'forward-auth or oidc.',
    );
  }
  if (spec.route === route.metadata.name) return;
  throw new Stalled(
    'SignOnElsewhere',
    `SSOClient ${name} is for Route ${spec.route}, to which people would be sent back: make one for this Route.`,
  );
}

const wordOf = ({ status }: Immutable<SSOClient>): string =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.message || 'it is being made.';

/** Whether the gateway is to ask for sign-on and can't yet. */
export const mustAskFirst = (signOn: SignOn | undefined): boolean =>
  signOn?.by === 'gateway' && signOn.awaits !== undefined;

/** What is said of sign-on; where the gateway can't ask yet, what was said stays, as the route does. */
export function statusOf(signOn: SignOn | undefined): {
  readonly signOn?: { readonly client: string } | null;
} {
  if (mustAskFirst(signOn)) return {};
  return { signOn: signOn === undefined || signOn.awaits !== undefined ? null : { client: signOn.client } };
}
