import { App, AppDefinition, Connection, Home, Route, SSOClient } from '@hearth/domain';
import {
  type Context,
  type Controller,
  type Immutable,
  indexed,
  type Key,
  keyOf,
  keyText,
  mapped,
  type Read,
  ready,
  Secret,
  Stalled,
  specOf,
} from '@hearth/runtime';
import { appsByDefinition, connectionsByProvider } from '../indexes.ts';
import { managedSelector } from '../names.ts';
import { findProvider, type Provider, requireReady } from '../provider.ts';
import { requireOwnSecret } from './binding.ts';
import { claimOf } from './claim.ts';
import { releaseClient } from './finalize.ts';
import { keepClient } from './keep.ts';
import { ForwardAuth } from './middleware.ts';
import { type Adapters, adapters as allAdapters } from './providers.ts';

/** SSOClients by the App that they are to be with, `NAMESPACE/NAME`. */
const byProvider = indexed(SSOClient, 'provider', ({ spec }) => [keyText(spec.providerRef)]);

/** SSOClients by the Route on which people reach their app, `NAMESPACE/NAME`. */
const byRoute = indexed(SSOClient, 'route', ({ metadata, spec }) =>
  spec.route === undefined ? [] : [keyText({ namespace: metadata.namespace, name: spec.route })],
);

/** What else a client depends on. */
const watches = [
  mapped(App, clientsOf, { aspect: asItsClientsSeeIt }),
  mapped(
    AppDefinition,
    ({ metadata: { name } }, read) =>
      read.list(App, { index: [appsByDefinition.name, name] }).flatMap((app) => clientsOf(app, read)),
    { aspect: specOf },
  ),
  mapped(
    Route,
    (route, read) => read.list(SSOClient, { index: [byRoute.name, keyText(keyOf(route))] }).map(keyOf),
    {
      aspect: ({ status }) => [status?.url, isStalled(status)],
    },
  ),
  mapped(Home, (_, read) => read.list(SSOClient).map(keyOf), { aspect: specOf }),
  // Those that wait for somebody to keep people in a directory.
  mapped(Connection, ({ spec }, read) => clientsAt(spec.providerRef, read), {
    aspect: ({ spec, status }) => [spec, status?.bindingHash !== undefined],
  }),
];

/** Keeps a client at an identity provider, its binding Secret and its Middleware as each SSOClient asks. */
export const ssoClientController: Controller<SSOClient> = createSsoClientController();

/** The controller with its adapters; tests pass some that break. */
export function createSsoClientController(adapters: Adapters = allAdapters): Controller<SSOClient> {
  return {
    name: 'ssoclient',
    kind: SSOClient,
    finalizer: 'apps.hearth.dev/ssoclient',
    // A pass may wait for a provider that doesn't answer.
    workers: 8,
    owns: [
      { kind: Secret, selector: managedSelector },
      { kind: ForwardAuth, optional: true },
    ],
    watches,
    indexes: [byProvider, byRoute, appsByDefinition, connectionsByProvider],

    async reconcile(client, context) {
      if (doesWithout(client, context.read))
        return ready({
          message: `There is no App ${keyText(client.spec.providerRef)} yet, nor need there be.`,
        });
      const provider = requireProvider(client, context);
      const claim = claimOf(client, context.read);
      await requireOwnSecret(client, context.read);
      const adapter = adapters[provider.provision.api];
      // What signs people in already goes on.
      if (client.status?.provider === undefined) adapter.requirePeople?.(provider, context.read);
      const session = adapter.open(provider, context);
      try {
        return await keepClient({ client, claim, provider, adapter, adapters, session }, context);
      } finally {
        await session.close();
      }
    },

    finalize: (client, context) => releaseClient(client, adapters, context),
  };
}

/** Whether it asks for no client as long as its provider is not there. One that had a client waits for it to come back. */
const doesWithout = ({ spec, status }: Immutable<SSOClient>, read: Read): boolean =>
  spec.optional === true && status?.provider === undefined && read.get(App, spec.providerRef) === undefined;

/** The clients that are with an App, and those by which people sign in to it. */
function clientsOf(app: Immutable<App>, read: Read): Key[] {
  return [...clientsAt(keyOf(app), read), ...read.owned(SSOClient, app).map(keyOf)];
}

const clientsAt = (provider: Key, read: Read): Key[] =>
  read.list(SSOClient, { index: [byProvider.name, keyText(provider)] }).map(keyOf);

/** As a provider: where it is and whether it works. As a consumer: what it runs on. */
function asItsClientsSeeIt(app: Immutable<App>): readonly unknown[] {
  const { url, bindings, observedGeneration, conditions } = app.status ?? {};
  return [specOf(app), url, bindings, observedGeneration, conditions?.find(({ type }) => type === 'Ready')];
}

const isStalled = (status: Immutable<Route>['status']): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Stalled' && is === 'True') ?? false;

function requireProvider(client: Immutable<SSOClient>, { read }: Context): Provider<'SSOClient'> {
  const { providerRef, strategy } = client.spec;
  const provider = findProvider(read, providerRef, 'SSOClient', client.metadata.namespace ?? '');
  if (!provider.provision.strategies.includes(strategy)) {
    const offered = provider.provision.strategies.join(', ');
    throw new Stalled(
      'WrongStrategy',
      `App ${keyText(providerRef)} offers sign-on by ${offered}, and this SSOClient asks for ${strategy}.`,
    );
  }
  requireReady(provider);
  return provider;
}
