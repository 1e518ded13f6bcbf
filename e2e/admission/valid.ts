import type { AdmissionCase } from './case.ts';
import { validMachines } from './of-machines.ts';

const apps = 'apps.hearth.dev/v1alpha1';
const iam = 'iam.hearth.dev/v1alpha1';
const provider = { namespace: 'hearth-providers', name: 'postgres' };

/** A valid object of each kind, small enough to see at once what a change to it does. */
export const valid: Readonly<Record<AdmissionCase['kind'], object>> = {
  Home: {
    apiVersion: 'hearth.dev/v1alpha1',
    kind: 'Home',
    metadata: { name: 'home' },
    spec: { domain: 'hearth.home.arpa' },
  },
  AppDefinition: {
    apiVersion: apps,
    kind: 'AppDefinition',
    metadata: { name: 'miniflux' },
    spec: {
      title: 'Miniflux',
      versions: [{ version: '2.2.14', images: { app: 'ghcr.io/miniflux/miniflux:2.2.14' } }],
      workloads: [{ name: 'app', ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }] }],
      integrations: [
        { name: 'db', kind: 'Database', required: true, env: { DATABASE_URL: '${db.uri}' } },
        { name: 'route', kind: 'Route', required: true, port: 'http', env: { BASE_URL: '${route.url}' } },
      ],
    },
  },
  App: {
    apiVersion: apps,
    kind: 'App',
    metadata: { name: 'rss', namespace: 'default' },
    spec: { definition: 'miniflux' },
  },
  Plan: {
    apiVersion: apps,
    kind: 'Plan',
    metadata: { name: 'rss-0123456789', namespace: 'default' },
    spec: { app: 'rss', hash: '0123456789', levels: [] },
  },
  Database: {
    apiVersion: apps,
    kind: 'Database',
    metadata: { name: 'rss-db', namespace: 'default' },
    spec: { providerRef: provider, owner: 'miniflux' },
  },
  Route: {
    apiVersion: apps,
    kind: 'Route',
    metadata: { name: 'rss-route', namespace: 'default' },
    spec: {
      providerRef: { namespace: 'hearth-providers', name: 'traefik' },
      host: 'rss',
      service: 'rss',
      port: 8080,
    },
  },
  SSOClient: {
    apiVersion: apps,
    kind: 'SSOClient',
    metadata: { name: 'rss-sso', namespace: 'default' },
    spec: {
      providerRef: { namespace: 'hearth-providers', name: 'identity' },
      strategy: 'oidc',
      route: 'rss-route',
      redirects: ['/oauth2/oidc/callback'],
    },
  },
  Connection: {
    apiVersion: apps,
    kind: 'Connection',
    metadata: { name: 'shows-torrents', namespace: 'default' },
    spec: { providerRef: { namespace: 'default', name: 'torrents' }, role: 'downloadClient' },
  },
  User: {
    apiVersion: iam,
    kind: 'User',
    metadata: { name: 'anna' },
    spec: { displayName: 'Anna', email: 'anna@example.org' },
  },
  Group: {
    apiVersion: iam,
    kind: 'Group',
    metadata: { name: 'family' },
    spec: { members: ['anna'] },
  },
  ...validMachines,
};
