import { createHash } from 'node:crypto';
import {
  App,
  AppDefinition,
  type Catalogue,
  type IntegrationKind,
  indexInstalled,
  type ResolveInput,
  resolve,
} from '@hearth/domain';
import type { Benchmark } from './report.ts';

/** What is measured, in milliseconds. */
interface ResolveTimes {
  readonly definitions: number;
  readonly apps: number;
  /** Indexing the installed Apps against the catalogue, once for all resolutions. */
  readonly index: number;
  /** One App, the median of all. */
  readonly one: number;
  /** One App, the slowest of all. */
  readonly slowest: number;
  /** Every installed App, one after the other. */
  readonly all: number;
  /** A new App whose providers must all be installed first. */
  readonly install: number;
}

const supported: ReadonlySet<IntegrationKind> = new Set(['Database', 'Route', 'SSOClient', 'Connection']);
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Times resolution in a home of many apps with a large catalogue; the median of several rounds. */
function benchResolve(definitions = 10_000, apps = 1_000, rounds = 7): ResolveTimes {
  const catalogue = catalogueOf(definitions);
  const installed = appsOf(apps, catalogue);
  const times = Array.from({ length: rounds + 2 }, () => round(installed, catalogue)).slice(2);
  const median = (of: (time: Round) => number): number => middle(times.map(of));
  return {
    definitions,
    apps,
    index: median((time) => time.index),
    one: median((time) => middle(time.each)),
    slowest: median((time) => Math.max(...time.each)),
    all: median((time) => time.all),
    install: median((time) => time.install),
  };
}

interface Round {
  readonly index: number;
  readonly each: readonly number[];
  readonly all: number;
  readonly install: number;
}

function round(apps: readonly App[], catalogue: Catalogue): Round {
  const [index, installed] = timed(() => indexInstalled(apps, catalogue));
  const input = (wanted: App): ResolveInput => ({ wanted, catalogue, installed, supported, digest });
  const [all, each] = timed(() => apps.map((app) => timed(() => mustPlan(input(app)))[0]));
  const bare = indexInstalled(apps.slice(0, 1), catalogue);
  const [install] = timed(() => mustPlan({ ...input(appOf('home', 'new', 'app-7')), installed: bare }));
  return { index, each, all, install };
}

/** A benchmark of refusals would measure nothing. */
function mustPlan(input: ResolveInput): void {
  const resolution = resolve(input);
  if (resolution.kind === 'Conflict') throw new Error(resolution.conflict.message);
}

function timed<T>(run: () => T): [number, T] {
  const start = performance.now();
  const result = run();
  return [performance.now() - start, result];
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Apps with a database, a route, single sign-on and a connection each; ten in a hundred serve others. */
function catalogueOf(count: number): Catalogue {
  const definitions = [
    definitionOf('postgres', {
      provides: [{ kind: 'Database', engine: 'postgresql', version: '17.2' }],
      stateful: true,
    }),
    definitionOf('traefik', { workloads: [], provides: [{ kind: 'Route' }] }),
    definitionOf('identity', { provides: [{ kind: 'SSOClient', strategies: ['oidc'] }] }),
    ...Array.from({ length: Math.max(0, count - 3) }, (_, index) => consumerOf(index)),
  ];
  return new Map(definitions.map((definition) => [definition.metadata.name, definition]));
}

function consumerOf(index: number): AppDefinition {
  return definitionOf(`app-${index}`, {
    integrations: [
      {
        name: 'db',
        kind: 'Database',
        required: true,
        needs: { engine: 'postgresql', version: '>=13' },
        compatible: [{ definition: 'postgres', default: true }],
        env: { DATABASE_URL: '${db.uri}' },
      },
      { name: 'route', kind: 'Route', required: true, port: 'http', compatible: [{ definition: 'traefik' }] },
      {
        name: 'sso',
        kind: 'SSOClient',
        strategy: 'oidc',
        linking: 'username',
        compatible: [{ definition: 'identity' }],
      },
      { name: 'peer', kind: 'Connection', role: `role${index % 97}` },
    ],
    ...(index % 10 === 0 ? { provides: [{ kind: 'Connection', role: `role${index % 89}` }] } : {}),
  });
}

type DefinitionInput = Parameters<typeof AppDefinition.spec.parse>[0] & object;

const definitionOf = (name: string, spec: DefinitionInput): AppDefinition => ({
  apiVersion: AppDefinition.apiVersion,
  kind: AppDefinition.kind,
  metadata: { name },
  spec: AppDefinition.spec.parse({
    title: name,
    versions: [{ version: '1.0.0', images: { app: `registry.example/${name}:1.0.0` } }],
    workloads: [
      {
        name: 'app',
        ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
        resources: { memory: '128Mi' },
      },
    ],
    ...spec,
  }),
});

/** Three shared providers, and installed Apps in twenty namespaces, some bound already. */
function appsOf(count: number, catalogue: Catalogue): readonly App[] {
  const shared = { share: { namespaces: ['*'] } };
  const providers = [
    appOf('hearth-providers', 'traefik', 'traefik', {
      external: { host: 'traefik.kube-system.svc' },
      ...shared,
    }),
    appOf('hearth-providers', 'postgres', 'postgres', shared),
    appOf('hearth-providers', 'identity', 'identity', shared),
  ];
  const names = [...catalogue.keys()].filter((name) => name.startsWith('app-'));
  const consumers = Array.from({ length: Math.max(0, count - providers.length) }, (_, index) => {
    const app = appOf(`home-${index % 20}`, `installed-${index}`, names[(index * 7) % names.length] ?? '');
    return index % 2 === 0 ? app : running(app);
  });
  return [...providers, ...consumers];
}

function appOf(namespace: string, name: string, definition: string, spec: object = {}): App {
  return {
    apiVersion: App.apiVersion,
    kind: App.kind,
    metadata: { namespace, name },
    spec: App.spec.parse({ definition, ...spec }),
  };
}

const running = (app: App): App => ({
  ...app,
  status: {
    observedGeneration: 1,
    version: '1.0.0',
    bindings: (['Database postgres db', 'Route traefik route'] as const).map((line) => {
      const [kind = '', provider = '', name = ''] = line.split(' ');
      return { name, kind, state: 'Bound', providerRef: { namespace: 'hearth-providers', name: provider } };
    }),
  },
});

/** Times resolution; the goal is that a whole home is resolved again before anybody could notice. */
export const benchResolution: Benchmark = async ({ repetitions, progress }) => {
  progress('resolving');
  const times = benchResolve(undefined, undefined, repetitions);
  const rows: readonly (readonly [string, number])[] = [
    ['index the installed apps', times.index],
    ['resolve one app (median)', times.one],
    ['resolve one app (slowest)', times.slowest],
    ['resolve all apps', times.all],
    ['resolve a new app and its providers', times.install],
  ];
  const title = `Resolution with ${times.definitions} definitions and ${times.apps} installed apps`;
  const met = times.index + times.all < 50;
  const measured = `${(times.index + times.all).toFixed(1)} ms`;
  return {
    results: { ...times },
    tables: [{ title, columns: ['', 'ms'], rows: rows.map(([name, ms]) => [name, ms.toFixed(3)]) }],
    goals: [{ wanted: 'index and resolve everything in under 50 ms', measured, met }],
  };
};
