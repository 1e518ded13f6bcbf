import { app, definition, integration, namespace } from '../app/objects.ts';
import type { ConditionCase } from './condition-case.ts';

const postgres = { namespace: 'hearth-providers', name: 'postgres' };
const traefik = { namespace: 'hearth-providers', name: 'traefik' };
const route = (name: string, spec: object) =>
  integration('Route', name, { providerRef: traefik, host: name, service: 'web', port: 80, ...spec });
const database = (name: string, spec: object = {}) =>
  integration('Database', name, { providerRef: postgres, ...spec });

const client = (name: string, spec: object = {}) =>
  integration('SSOClient', name, {
    providerRef: postgres,
    strategy: 'oidc',
    route: 'site',
    redirects: ['/callback'],
    ...spec,
  });

/** An app that can't run without a host. */
const site = definition('site', {
  integrations: [{ name: 'route', kind: 'Route', required: true, port: 'http' }],
});

/** Databases and Routes, made by an App or by hand, that their provider refuses. */
export const ofIntegrations: readonly ConditionCase[] = [
  {
    wrong: 'a host that another app has',
    there: [site, app('first', 'site', { host: 'www' })],
    bad: app('notes', 'site', { host: 'www' }),
    reason: 'RouteNotReady',
    says:
      'route: host www.hearth.home.arpa belongs to Route home/first-route, which had it first: choose another host, or ' +
      'delete that Route.',
    leaves: ['Route/notes-route'],
  },
  {
    wrong: 'a host with the home’s domain in it',
    there: [site],
    bad: app('notes', 'site', { host: 'www.hearth.home.arpa' }),
    reason: 'RouteNotReady',
    says:
      'route: host www.hearth.home.arpa names the home’s domain, which is added by itself: write only what stands ' +
      'before it.',
    leaves: ['Route/notes-route'],
  },
  {
    wrong: 'a Route to the identity provider’s host',
    bad: route('login', { host: 'identity' }),
    reason: 'HostReserved',
    says: 'host identity.hearth.home.arpa is reserved for the identity provider',
  },
  {
    wrong: 'a Route through what is no gateway',
    bad: route('site', { providerRef: postgres }),
    reason: 'NotAProvider',
    says: 'App hearth-providers/postgres (postgres) provides no Route.',
  },
  {
    wrong: 'a Route with sign-on that leads people to another Route',
    there: [client('own', { route: 'other' })],
    bad: route('site', { signOn: { client: 'own' } }),
    reason: 'SignOnElsewhere',
    says: 'SSOClient own is for Route other, to which people would be sent back: make one for this Route.',
  },
  {
    wrong: 'a Route that is to be guarded by the app’s own form',
    there: [client('own', { strategy: 'ldap', redirects: undefined })],
    bad: route('site', { signOn: { client: 'own' } }),
    reason: 'SignOnUnsuitable',
    says:
      'By SSOClient own people sign in to a form of the app’s own (ldap), so it guards no route: name one by ' +
      'forward-auth or oidc.',
  },
  {
    wrong: 'a Route with sign-on that there isn’t',
    bad: route('site', { signOn: { client: 'own' } }),
    reason: 'SignOnNotReady',
    says: 'Nobody is let in before people can sign in. SSOClient own is not there yet.',
  },
  {
    wrong: 'an SSOClient with what signs nobody in',
    bad: client('own'),
    reason: 'NotAProvider',
    says: 'App hearth-providers/postgres (postgres) provides no SSOClient.',
  },
  {
    wrong: 'a Connection to what is nothing to others',
    bad: integration('Connection', 'peer', { providerRef: postgres, role: 'mediaServer' }),
    reason: 'NotAProvider',
    says: 'App hearth-providers/postgres (postgres) provides no Connection.',
  },
  {
    wrong: 'a Database in what is no server of any',
    bad: database('notes', { providerRef: traefik }),
    reason: 'NotAProvider',
    says: 'App hearth-providers/traefik (traefik) provides no Database.',
  },
  {
    wrong: 'a Database in a provider that is not there',
    bad: database('notes', { providerRef: { namespace: 'hearth-providers', name: 'mysql' } }),
    reason: 'ProviderMissing',
    says: 'App hearth-providers/mysql, which provides the Database, is not there.',
  },
  {
    wrong: 'a Database in a provider of somebody else’s namespace',
    there: [
      namespace('guest'),
      app(
        'own',
        'postgres',
        { external: { host: '127.0.0.1', ports: [] }, share: { namespaces: ['*'] } },
        'guest',
      ),
    ],
    bad: database('notes', { providerRef: { namespace: 'guest', name: 'own' } }),
    reason: 'ProviderNotShared',
    says:
      'App guest/own doesn’t serve namespace home: an App serves its own namespace, and one in hearth-providers ' +
      'those that its spec.share.namespaces names.',
  },
  {
    wrong: 'an extension that the server doesn’t have',
    bad: database('notes', { extensions: ['no_such_thing'] }),
    reason: 'ExtensionUnavailable',
    says: 'App hearth-providers/postgres doesn’t have extension no_such_thing: install it there, or remove it',
  },
  {
    wrong: 'a database name that another has',
    there: [database('first', { database: 'shared' })],
    bad: database('notes', { database: 'shared' }),
    reason: 'NameTaken',
    says: 'App hearth-providers/postgres has a database "shared" already',
  },
];
