import { App, AppDefinition, Connection, Home, Route, SSOClient } from '@hearth/domain';
import { type Outcome, type Resource, Secret, type SecretObject } from '@hearth/runtime';
import { type BindingData, encodeSecret } from '../../binding.ts';
import { labels, manager, systemNamespace } from '../../names.ts';
import { type Passes, passesOver } from '../../testing/passes.ts';
import { createSsoClientController } from '../controller.ts';

/** Where the Service of a provider leads. */
interface Server {
  readonly address: { readonly host: string; readonly port: number };
  /** The password of its admin. */
  readonly token: string;
}

/** A provider of the tests, by the name of its App. */
export interface TestProvider {
  readonly server: Server;
  readonly api: 'hearth' | 'keycloak' | 'authentik' | 'openldap';
  readonly strategies: readonly string[];
}

/** The providers' namespace. */
export const providers = 'hearth-providers';

/** The provider of most tests. */
const providerRef = { namespace: providers, name: 'identity' };

/** A cluster in memory with a Home, providers that are Ready, and the App `rss` with its Route. */
export interface TestCluster extends Passes {
  /** Says that the App runs on what the SSOClient's status tells, and has since now. */
  settle(name?: string): Promise<void>;
  client(name?: string): SSOClient | undefined;
  /** What the binding of an SSOClient tells consumers. */
  binding(name?: string): BindingData | undefined;
}

/** Makes such a cluster. */
export function testCluster(known: Readonly<Record<string, TestProvider>>): TestCluster {
  const passes = passesOver({
    objects: [
      ...furniture,
      ...Object.entries(known).flatMap(([name, provider]) => providerObjects(name, provider)),
    ],
    indexes: createSsoClientController().indexes ?? [],
    reach: async ({ name }) => {
      const address = known[name]?.server.address;
      if (address === undefined) throw new Error(`no provider ${name}`);
      return address;
    },
  });
  const client = (name = 'rss-sso') => passes.get(SSOClient, { namespace: 'home', name });
  return Object.assign(passes, {
    client,
    binding: (name = 'rss-sso') => passes.secret('home', `${name}-binding`),
    async settle(name = 'rss-sso') {
      const hash = client(name)?.status?.bindingHash;
      const app = passes.get(App, { namespace: 'home', name: 'rss' });
      const slot = name.replace(/^rss-/, '');
      const bindings = [{ name: slot, kind: 'SSOClient', state: 'Bound' as const, ...(hash && { hash }) }];
      const lastTransitionTime = passes.now().toISOString();
      if (app) await passes.put({ ...app, status: { ...ready(lastTransitionTime), bindings } } as Resource);
    },
  });
}

const ready = (lastTransitionTime: string) => ({
  observedGeneration: 1,
  conditions: [
    { type: 'Ready', status: 'True' as const, reason: 'Reconciled', message: '', lastTransitionTime },
  ],
});

/** The address of a provider of the tests. */
export const urlOf = (name: string): string => `https://${name}.hearth.home.arpa`;

/** The provider App, Ready. */
function providerApp(name: string, more: object = {}): App {
  return {
    apiVersion: App.apiVersion,
    kind: 'App',
    metadata: { namespace: providers, name, generation: 1 },
    spec: App.spec.parse({ definition: name, share: { namespaces: ['*'] }, ...more }) as App['spec'],
    status: { ...ready('2026-01-01T00:00:00Z'), version: '1', url: urlOf(name) },
  };
}

/** The objects of a provider: its definition, its App, and the Secret of its admin. */
export function providerObjects(name: string, { server, api, strategies }: TestProvider): Resource[] {
  const definition: AppDefinition = {
    apiVersion: AppDefinition.apiVersion,
    kind: 'AppDefinition',
    metadata: { name },
    spec: AppDefinition.spec.parse({
      title: name,
      versions: [{ version: '1', images: { app: `example.org/${name}:1` } }],
      workloads: [
        {
          name: 'app',
          ports: [
            { name: 'http', port: 8080, protocol: 'HTTP' },
            { name: 'admin', port: 9091 },
          ],
        },
      ],
      secrets: [{ name: 'admin' }],
      settings: { realm: { title: 'Realm', type: 'string', default: 'home' } },
      provides: [
        { kind: 'SSOClient', api, strategies, port: 'admin', admin: { username: 'admin', secret: 'admin' } },
      ],
    }) as AppDefinition['spec'],
  };
  return [definition, providerApp(name), secretOf(providers, `${name}-secrets`, { admin: server.token })];
}

function secretOf(namespace: string, name: string, data: BindingData): SecretObject {
  const metadata = { namespace, name, labels: { [labels.managedBy]: manager } };
  return { apiVersion: 'v1', kind: Secret.kind, metadata, data: encodeSecret(data) };
}

const owner = { apiVersion: App.apiVersion, kind: App.kind };

/** An SSOClient as the API server would serve it: of the App `rss`. */
export function anSsoClient(
  name = 'rss-sso',
  spec: object = {},
  annotations: Record<string, string> = {},
): SSOClient {
  return {
    apiVersion: SSOClient.apiVersion,
    kind: 'SSOClient',
    metadata: {
      namespace: 'home',
      name,
      uid: `uid-of-${name}`,
      generation: 1,
      annotations,
      ...{ ownerReferences: [{ ...owner, name: 'rss', uid: 'uid-of-rss', controller: true }] },
    },
    spec: SSOClient.spec.parse({
      providerRef,
      strategy: 'oidc',
      route: 'rss-route',
      redirects: ['/oauth2/callback'],
      ...spec,
    }) as SSOClient['spec'],
  };
}

/** The Route of the App `rss`, with or without an address. */
export const aRoute = (url?: string): Route => ({
  apiVersion: Route.apiVersion,
  kind: 'Route',
  metadata: { namespace: 'home', name: 'rss-route' },
  spec: Route.spec.parse({
    providerRef: { namespace: providers, name: 'traefik' },
    host: 'rss',
    service: 'rss',
    port: 8080,
  }) as Route['spec'],
  status: { observedGeneration: 1, ...(url && { url }) },
});

/** The Connection by which identity keeps people in a directory. */
export const keeperOf = (directory: string): Connection => ({
  apiVersion: Connection.apiVersion,
  kind: 'Connection',
  metadata: { namespace: providers, name: 'identity-directory' },
  spec: { providerRef: { namespace: providers, name: directory }, role: 'directory' },
  status: { observedGeneration: 1, bindingHash: 'h' },
});

/** The Home, the App `rss` and its Route. */
export const furniture: Resource[] = [
  {
    apiVersion: Home.apiVersion,
    kind: 'Home',
    metadata: { name: 'home', uid: 'home-1' },
    ...{ spec: Home.spec.parse({ domain: 'hearth.home.arpa' }) },
  },
  {
    apiVersion: AppDefinition.apiVersion,
    kind: 'AppDefinition',
    metadata: { name: 'miniflux' },
    ...{
      spec: AppDefinition.spec.parse({
        title: 'Miniflux',
        icon: 'data:image/svg+xml;base64,PHN2Zy8+',
        versions: [{ version: '1', images: { app: 'example.org/miniflux:1' } }],
      }),
    },
  },
  {
    apiVersion: App.apiVersion,
    kind: 'App',
    metadata: { namespace: 'home', name: 'rss', uid: 'uid-of-rss', generation: 1 },
    ...{ spec: App.spec.parse({ definition: 'miniflux' }), status: ready('2026-01-01T00:00:00Z') },
  },
  aRoute(urlOf('rss')),
  secretOf(systemNamespace, 'hearth-digest-key', { key: 'k'.repeat(32) }),
];

/** Whether an outcome is as good as it gets. */
export const isReady = ({ type }: Outcome): boolean => type === 'ready';
