import { App, AppDefinition, Database, Home } from '@hearth/domain';
import {
  type Act,
  type Context,
  type Controller,
  type Immutable,
  type Kind,
  keyOf,
  keyText,
  type Outcome,
  type Read,
  type Resource,
  Secret,
  type SecretObject,
  Stalled,
  stalled,
  Waiting,
  waiting,
} from '@hearth/runtime';
import { type BindingData, decodeSecret, encodeSecret } from '../binding.ts';
import { labels, manager, systemNamespace } from '../names.ts';

/** A server that the provider's Service leads to. */
export interface Server {
  readonly host: string;
  readonly port: number;
  readonly admin: { readonly username: string; readonly password: string };
}

/** The provider App of every test. */
export const providerRef = { namespace: 'hearth-providers', name: 'postgres' };

/** As much of an API server, in memory, as the Database controller uses. */
export interface FakeCluster {
  /** What was told to a person, as `Reason: message`. */
  readonly events: string[];
  /** Called before each write; throws to break it. */
  beforeWrite: () => void;
  /** Milliseconds on the clock. */
  time: number;
  put(object: Resource): void;
  remove(kind: Kind, namespace: string, name: string): void;
  get<T extends Resource>(kind: Kind<T>, namespace: string, name: string): Immutable<T> | undefined;
  secrets(namespace: string): string[];
  secret(namespace: string, name: string): BindingData | undefined;
  /** One pass over a Database as the runtime makes it; its status is kept. */
  reconcile(controller: Controller<Database>, database: Database): Promise<Outcome>;
  finalize(controller: Controller<Database>, database: Database): Promise<Outcome>;
}

/** A cluster with a Home and a provider that is Ready, whose Service leads to `server`. */
export function fakeCluster(server: Server): FakeCluster {
  const objects = new Map<string, Resource>();
  const path = (kind: Pick<Kind, 'kind'>, key: string) => `${kind.kind} ${key}`;
  const all = <T extends Resource>(kind: Kind<T>) =>
    [...objects.values()].filter((object) => object.kind === kind.kind) as Immutable<T>[];
  const find = <T extends Resource>(kind: Kind<T>, key: Parameters<typeof keyText>[0]) =>
    objects.get(path(kind, keyText(key))) as Immutable<T> | undefined;

  const read: Read = {
    get: find,
    live: async (kind, key) => find(kind, key),
    list: (kind) => all(kind),
    owned: (kind, owner) =>
      all(kind).filter(({ metadata }) =>
        metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid),
      ),
  };
  const put = (object: Resource) => {
    objects.set(path(object, keyText(keyOf(object))), structuredClone(object));
  };
  const write = <T extends Resource>(object: T, owner: Resource | undefined) => {
    cluster.beforeWrite();
    const ownerReferences = owner
      ? [
          {
            apiVersion: owner.apiVersion,
            kind: owner.kind,
            name: owner.metadata.name,
            uid: owner.metadata.uid ?? '',
          },
        ]
      : [];
    put({ ...object, metadata: { ...object.metadata, uid: crypto.randomUUID(), ownerReferences } });
    return object as Immutable<T>;
  };
  const act: Act = {
    apply: async (object, options) => ({ object: write(object, options?.owner), changed: true }),
    create: async (object, options) => write(object, options?.owner),
    patch: () => Promise.reject(new Error('the Database controller patches nothing')),
    delete: async (kind, key) => {
      cluster.beforeWrite();
      objects.delete(path(kind, keyText(key)));
    },
  };
  const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
  const context: Context = {
    read,
    act,
    clock: {
      now: () => new Date(1_700_000_000_000 + cluster.time),
      monotonic: () => cluster.time,
      after: () => () => undefined,
    },
    log: silent,
    signal: new AbortController().signal,
    reach: async () => ({ host: server.host, port: server.port }),
    event: (_type, reason, message) => cluster.events.push(`${reason}: ${message}`),
  };

  /** Keeps status as the runtime does, and makes outcomes of Waiting and Stalled. */
  const pass = async (work: Controller<Database>['reconcile'], database: Database): Promise<Outcome> => {
    const key = keyOf(database);
    const known = find(Database, key) as Database | undefined;
    const current = { ...database, ...(known?.status && { status: known.status }) };
    put(current);
    const outcome = await work(current, context).catch((error: unknown) => {
      if (error instanceof Waiting) return waiting(error.reason, error.message, error.detail);
      if (error instanceof Stalled) return stalled(error.reason, error.message, error.detail);
      throw error;
    });
    put({ ...current, status: { ...current.status, ...outcome.status } } as Resource);
    return outcome;
  };

  const cluster: FakeCluster = {
    events: [],
    beforeWrite: () => undefined,
    time: 0,
    put,
    remove: (kind, namespace, name) => objects.delete(path(kind, keyText({ namespace, name }))),
    get: (kind, namespace, name) => find(kind, { namespace, name }),
    secrets: (namespace) =>
      all(Secret)
        .filter(({ metadata }) => metadata.namespace === namespace)
        .map(({ metadata }) => metadata.name),
    secret: (namespace, name) => decodeSecret(find(Secret, { namespace, name })),
    reconcile: (controller, database) =>
      pass((object, given) => controller.reconcile(object, given), database),
    finalize: async (controller, database) => {
      const outcome = await pass(
        async (object, given) => (await controller.finalize?.(object, given)) ?? stalled('NoFinalizer', ''),
        database,
      );
      if (outcome.type === 'ready')
        cluster.remove(Database, database.metadata.namespace ?? '', database.metadata.name);
      return outcome;
    },
  };
  for (const object of furniture(server)) put(object);
  return cluster;
}

/** A Database as the API server would serve it. */
export function aDatabase(
  namespace: string,
  name: string,
  spec: object = {},
  annotations: Record<string, string> = {},
): Database {
  return {
    apiVersion: Database.apiVersion,
    kind: Database.kind,
    metadata: { namespace, name, uid: `uid-of-${namespace}-${name}`, annotations },
    spec: Database.spec.parse({ providerRef, owner: 'miniflux', ...spec }),
  };
}

function secretOf(namespace: string, name: string, data: BindingData): SecretObject {
  const metadata = { namespace, name, labels: { [labels.managedBy]: manager } };
  return { apiVersion: 'v1', kind: 'Secret', metadata, data: encodeSecret(data) };
}

function furniture({ admin }: Server): Resource[] {
  const definition = {
    title: 'PostgreSQL',
    category: 'data',
    description: 'Relational database',
    versions: [{ version: '15', images: { app: 'postgres:15' } }],
    workloads: [{ name: 'app', ports: [{ name: 'postgresql', port: 5432 }] }],
    secrets: [{ name: 'admin-password' }],
    provides: [
      {
        kind: 'Database',
        engine: 'postgresql',
        admin: { username: admin.username, secret: 'admin-password' },
      },
    ],
  };
  const isReady = {
    observedGeneration: 1,
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: 'Ready',
        message: '',
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ],
  };
  return [
    {
      apiVersion: Home.apiVersion,
      kind: 'Home',
      metadata: { name: 'home', uid: 'home-1' },
      spec: Home.spec.parse({ domain: 'hearth.home.arpa' }),
    },
    {
      apiVersion: AppDefinition.apiVersion,
      kind: 'AppDefinition',
      metadata: { name: 'postgres' },
      spec: AppDefinition.spec.parse(definition),
    },
    {
      apiVersion: App.apiVersion,
      kind: 'App',
      metadata: providerRef,
      spec: App.spec.parse({ definition: 'postgres', share: { namespaces: ['*'] } }),
      status: isReady,
    },
    secretOf(providerRef.namespace, 'postgres-secrets', { 'admin-password': admin.password }),
    secretOf(systemNamespace, 'hearth-digest-key', { key: 'k'.repeat(32) }),
  ] as Resource[];
}
