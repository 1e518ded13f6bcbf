import { App, AppDefinition } from '@hearth/domain';
import { Namespace, type Resource, Secret } from '@hearth/runtime';
import type { PostgresServer } from '../harness/postgres.ts';

/** A namespace to apply. */
export const namespace = (name: string): Resource => ({
  apiVersion: Namespace.apiVersion,
  kind: Namespace.kind,
  metadata: { name },
});

/** An App to apply, in the namespace `home` if no other is given. */
export const app = (
  name: string,
  definition: string,
  spec: object = {},
  inNamespace = 'home',
): Resource & { readonly spec: object } => ({
  apiVersion: App.apiVersion,
  kind: App.kind,
  metadata: { namespace: inNamespace, name },
  spec: { definition, ...spec },
});

/** An AppDefinition to apply: one workload `app` that listens, unless `spec` says otherwise. */
export const definition = (name: string, spec: object = {}): Resource => {
  const whole = {
    title: name[0]?.toUpperCase() + name.slice(1),
    versions: [{ version: '1.0', images: { app: `example.org/${name}:1.0` } }],
    workloads: [{ name: 'app', ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }] }],
    ...spec,
  };
  return {
    apiVersion: AppDefinition.apiVersion,
    kind: AppDefinition.kind,
    metadata: { name },
    spec: whole,
  } as Resource;
};

/** Traefik as Kiko registers it, at a port where something listens. */
export const gatewayApp = (port: number): Resource =>
  app(
    'traefik',
    'traefik',
    {
      external: { host: '127.0.0.1', ports: [{ name: 'https', port }] },
      share: { namespaces: ['*'] },
    },
    'hearth-providers',
  );

/** A real server as an external App, and the Secret with its account. */
export const postgresApp = (
  { host, port, admin }: Pick<PostgresServer, 'host' | 'port' | 'admin'>,
  name = 'postgres',
  inNamespace = 'hearth-providers',
): readonly Resource[] => [
  {
    apiVersion: 'v1',
    kind: Secret.kind,
    metadata: { namespace: inNamespace, name: `${name}-admin` },
    stringData: admin,
  } as Resource,
  app(
    name,
    'postgres',
    {
      external: { host, ports: [{ name: 'postgres', port }], credentialsSecret: `${name}-admin` },
      share: { namespaces: ['*'] },
    },
    inNamespace,
  ),
];

/** A volume's claim as something else than the suite made it, or as the suite labels it. */
export const claim = (name: string, labels: Readonly<Record<string, string>> = {}): Resource =>
  ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace: 'home', name, labels },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }) as Resource;

/** What an App would make to be joined to others, to apply by hand, in the namespace `home`. */
export const integration = (
  kind: 'Database' | 'Route' | 'SSOClient' | 'Connection',
  name: string,
  spec: object,
): Resource =>
  ({ apiVersion: App.apiVersion, kind, metadata: { namespace: 'home', name }, spec }) as Resource;
