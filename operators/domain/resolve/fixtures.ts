import type { z } from 'zod';
import { App } from '../schema/app.ts';
import { AppDefinition } from '../schema/app-definition.ts';
import { Home } from '../schema/home.ts';
import { type IntegrationKind, integrationKinds } from '../schema/integration.ts';
import type { Catalogue } from './catalogue.ts';
import { indexInstalled } from './installed.ts';
import type { Conflict, NodeFacts, Resolution } from './resolution.ts';
import { resolve } from './resolve.ts';

type Loose<T> = T extends (infer E)[]
  ? readonly Loose<E>[]
  : T extends object
    ? { readonly [P in keyof T]: Loose<T[P]> }
    : T;
export type DefinitionInput = Partial<Loose<z.input<typeof AppDefinition.spec>>>;
type AppInput = Partial<Loose<z.input<typeof App.spec>>>;

/** FNV-1a, twice with different beginnings: 64 bits that tell texts of a test apart. The domain has no crypto. */
export function digest(text: string): string {
  const half = (seed: number): string => {
    let hash = seed;
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    }
    return (hash >>> 0).toString(16).padStart(8, '0');
  };
  return half(0x811c9dc5) + half(0x2f0b4a57);
}

/** A definition with one workload, unless it says otherwise. */
export const definition = (name: string, spec: DefinitionInput = {}): AppDefinition => ({
  apiVersion: AppDefinition.apiVersion,
  kind: 'AppDefinition',
  metadata: { name },
  spec: AppDefinition.spec.parse({
    title: name,
    versions: [{ version: '1.0.0', images: { app: `${name}:1.0.0` } }],
    workloads: [{ name: 'app', ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }] }],
    ...spec,
  }),
});

/** An installed, or wanted, App of `NAMESPACE/NAME`. */
export function app(key: string, spec: AppInput = {}, rest: Partial<App> = {}): App {
  const [namespace = '', name = ''] = key.split('/');
  const { metadata, status } = rest;
  return {
    apiVersion: App.apiVersion,
    kind: 'App',
    metadata: { namespace, name, ...metadata },
    spec: App.spec.parse({ definition: name, ...spec }),
    ...(status === undefined ? {} : { status }),
  };
}

type Binding = NonNullable<NonNullable<App['status']>['bindings']>[number];

/** A binding in an App's status. */
export function binding(
  slot: string,
  kind: IntegrationKind,
  provider: string,
  state: Binding['state'] = 'Bound',
): Binding {
  const [namespace = '', name = ''] = provider.split('/');
  return { name: slot, kind, state, providerRef: { namespace, name } };
}

/** The status of an App that has run. */
export const running = (bindings: Binding[] = [], version = '1.0.0'): NonNullable<App['status']> => ({
  observedGeneration: 1,
  version,
  bindings,
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      lastTransitionTime: '2025-01-01T00:00:00Z',
      reason: 'Ready',
      message: '',
    },
  ],
});

export const everyone = { share: { namespaces: ['*' as const] } };

/** Definitions that most tests use: what providers are commonly there. */
export const postgres = definition('postgres', {
  stateful: true,
  provides: [
    {
      kind: 'Database',
      engine: 'postgresql',
      version: '15.4',
      extensions: ['hstore', 'citext'],
      isolation: ['database', 'role'],
    },
  ],
});
export const traefik = definition('traefik', {
  workloads: [],
  provides: [{ kind: 'Route', port: 'websecure' }],
});
export const identity = definition('identity', {
  provides: [{ kind: 'SSOClient', strategies: ['oidc', 'forward-auth'] }],
});
export const keycloak = definition('keycloak', { provides: [{ kind: 'SSOClient', strategies: ['oidc'] }] });

type Slots = NonNullable<DefinitionInput['integrations']>;
type Needs = Extract<Slots[number], { kind: 'Database' }>['needs'];

/** A required slot for a PostgreSQL database. */
export const db = (needs: Needs = { engine: 'postgresql' }) =>
  ({
    name: 'db',
    kind: 'Database',
    required: true,
    needs,
    compatible: [{ definition: 'postgres', default: true }],
  }) as const;

/** An app that needs a database, and one that all may use. */
export const rss = definition('rss', { integrations: [db()] });
export const shared = app('hearth-providers/postgres', everyone, { status: running() });

export const externalTraefik = app('hearth-providers/traefik', {
  external: { host: 'traefik.kube-system.svc', ports: [{ name: 'websecure', port: 443 }] },
  ...everyone,
});

export const catalogueOf = (...definitions: AppDefinition[]): Catalogue =>
  new Map(definitions.map((each) => [each.metadata.name, each]));

/** What a test says of a home; the rest is as usual. */
export interface HomeInput {
  readonly catalogue: readonly AppDefinition[];
  readonly apps?: readonly App[];
  readonly nodes?: readonly NodeFacts[];
  readonly supported?: readonly IntegrationKind[];
  /** The identity provider that the home chooses, `NAMESPACE/NAME`. */
  readonly signOn?: string;
}

/** A home that signs in with an App of `NAMESPACE/NAME`. */
export function homeWith(signOn: string): Home {
  const [namespace = '', name = ''] = signOn.split('/');
  return {
    apiVersion: Home.apiVersion,
    kind: 'Home',
    metadata: { name: 'home' },
    spec: Home.spec.parse({ domain: 'hearth.home.arpa', signOn: { providerRef: { namespace, name } } }),
  };
}

/** Resolves an App in a home. */
export function resolveIn(wanted: App, home: HomeInput): Resolution {
  const catalogue = catalogueOf(...home.catalogue);
  return resolve({
    wanted,
    catalogue,
    installed: indexInstalled(home.apps ?? [], catalogue),
    nodes: home.nodes,
    home: home.signOn === undefined ? undefined : homeWith(home.signOn),
    supported: new Set(home.supported ?? allKinds),
    digest,
  });
}

const allKinds: readonly IntegrationKind[] = Object.keys(integrationKinds) as IntegrationKind[];

export type Planned = Extract<Resolution, { kind: 'Plan' }>;

/** The plan; a conflict fails the test with its words. */
export function planned(resolution: Resolution): Planned {
  if (resolution.kind === 'Plan') return resolution;
  throw new Error(`a conflict where a plan was expected: ${JSON.stringify(resolution.conflict)}`);
}

/** The conflict; a plan fails the test. */
export function conflicting(resolution: Resolution): Conflict {
  if (resolution.kind === 'Conflict') return resolution.conflict;
  throw new Error(`a plan where a conflict was expected: ${JSON.stringify(resolution.plan)}`);
}

/** What became of each slot, for comparison: `db: Bound hearth-providers/postgres`. */
export const outcomes = (resolution: Resolution): readonly string[] =>
  planned(resolution).bindings.map(({ slot, state, provider }) =>
    provider === undefined
      ? `${slot.name}: ${state}`
      : `${slot.name}: ${state} ${provider.namespace}/${provider.name}`,
  );

/** What is installed first, in order. */
export const installs = (resolution: Resolution): readonly string[] =>
  planned(resolution).installs.map(({ ref }) => `${ref.namespace}/${ref.name}`);
