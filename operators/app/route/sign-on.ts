import { App, Route, SSOClient } from '@hearth/domain';
import {
  controllerOf,
  type Immutable,
  indexed,
  type Key,
  keyOf,
  keyText,
  type Read,
  Stalled,
} from '@hearth/runtime';
import { childName } from '../names.ts';
import type { Question } from './gateway.ts';

/** The reason of a Route that is closed until people can sign in. */
export const signOnAwaited = 'SignOnNotReady';

/** The reason of an App that runs, and whose address doesn't answer yet. */
export const addressUnanswered = 'AddressUnreachable';

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
  return {
    client: name,
    by: 'app',
    groups,
    awaits: clientId === undefined ? awaits : awaitedOf(route, client, read),
  };
}

/**
 * What an app that asks for sign-on itself is waited for: it must have come up with what the SSOClient tells it. Until
 * then it has a sign-on of its own, or none. Once it has it goes on asking, with an older secret too, so that neither a
 * restart nor a rotation closes a route to those who are outside. Of what Hearth doesn't run nothing is known.
 */
function awaitedOf(route: Immutable<Route>, client: Immutable<SSOClient>, read: Read): string | undefined {
  const { name } = client.metadata;
  const asked = route.status?.signOn;
  if (asked?.by === 'app' && asked.client === name) return undefined;
  const owner = controllerOf(route);
  if (owner?.kind !== App.kind) return undefined;
  const { namespace } = route.metadata;
  const app = read.get(App, { namespace, name: owner.name });
  const slot = app?.status?.bindings?.find((binding) => childName(owner.name, binding.name) === name);
  const isWired = slot?.state === 'Bound' && slot.hash === client.status?.bindingHash && !slot.rewiring;
  if (app !== undefined && isWired && isUp(app)) return undefined;
  return `App ${namespace}/${owner.name} doesn’t ask people to sign in by SSOClient ${name} yet.`;
}

/** Whether an App runs on what its slots hold. That its address doesn't answer may be this very route's doing. */
function isUp({ status }: Immutable<App>): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' || ready?.reason === addressUnanswered;
}

/** The routes to an App that wait for it to ask people to sign in. */
export const signedOnRoutesOf = (app: Immutable<App>, read: Read): readonly Key[] =>
  read
    .owned(Route, app)
    .filter(({ spec }) => spec.signOn !== undefined)
    .map(keyOf);

/** What of an App tells whether it asks. */
export const asItsRoutesSeeIt = (app: Immutable<App>): readonly unknown[] => [
  app.status?.bindings,
  isUp(app),
];

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

/**
 * Whether a route stays as it is until people are asked: the gateway is to ask and can't yet, or has asked so far, and
 * the app that takes this over still believes whoever the gateway lets through.
 */
export const mustAskFirst = (signOn: SignOn | undefined, { status }: Immutable<Route>): boolean =>
  signOn?.awaits !== undefined && (signOn.by === 'gateway' || status?.signOn?.by === 'gateway');

/** What is said of sign-on; where it must be asked for first, what was said stays, as the route does. */
export function statusOf(
  signOn: SignOn | undefined,
  route: Immutable<Route>,
): { readonly signOn?: { readonly client: string; readonly by: SignOn['by'] } | null } {
  if (mustAskFirst(signOn, route)) return {};
  if (signOn === undefined || signOn.awaits !== undefined) return { signOn: null };
  return { signOn: { client: signOn.client, by: signOn.by } };
}
