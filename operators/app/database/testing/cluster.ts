import { App, AppDefinition, Database, Home } from '@hearth/domain';
import {
  type Act,
  type Controller,
  type Immutable,
  type Kind,
  keyOf,
  type Outcome,
  type Resource,
  Secret,
  type SecretObject,
  Stalled,
  stalled,
  Waiting,
  waiting,
} from '@hearth/runtime';
import { type FakeContext, fakeContext } from '@hearth/runtime/testing';
import { type BindingData, decodeSecret, encodeSecret } from '../../binding.ts';
import { labels, manager, systemNamespace } from '../../names.ts';
import { databaseController } from '../controller.ts';

/** A server that the provider's Service leads to. */
export interface Server {
  readonly host: string;
  readonly port: number;
  readonly admin: { readonly username: string; readonly password: string };
}

/** The provider App of every test. */
export const providerRef = { namespace: 'hearth-providers', name: 'postgres' };

/** A cluster in memory, with a Home and a provider that is Ready. */
export interface TestCluster {
  /** What was told to a person, as `Reason: message`. */
  events(): string[];
  /** Called before each write; throws to break it. */
  beforeWrite: () => void;
  /** Lets time pass. */
  advance(milliseconds: number): void;
  /** Puts an object in the place of what is there. */
  put(object: Resource): Promise<void>;
  remove(kind: Kind, namespace: string, name: string): Promise<void>;
  get<T extends Resource>(kind: Kind<T>, namespace: string, name: string): Immutable<T> | undefined;
  /** The names of a namespace's Secrets. */
  secrets(namespace: string): string[];
  /** What a Secret holds, in the clear. */
  secret(namespace: string, name: string): BindingData | undefined;
  /** One pass over a Database as the runtime makes it; its status is kept. */
  reconcile(controller: Controller<Database>, database: Database): Promise<Outcome>;
  /** One pass over a deleted Database; it goes when it is let go. */
  finalize(controller: Controller<Database>, database: Database): Promise<Outcome>;
}

/** A cluster whose provider's Service leads to `server`. */
export function testCluster(server: Server): TestCluster {
  const context = fakeContext({
    objects: furniture(server),
    indexes: databaseController.indexes ?? [],
    reach: async () => ({ host: server.host, port: server.port }),
  });
  const { read, act, clock } = context;
  const put = async (object: Resource) => {
    await act.delete({ ...object, plural: '', namespaced: true }, keyOf(object));
    await act.create(object);
  };
  const cluster: TestCluster = {
    events: () => context.events.map(({ reason, message }) => `${reason}: ${message}`),
    beforeWrite: () => undefined,
    advance: clock.advance,
    put,
    remove: (kind, namespace, name) => act.delete(kind, { namespace, name }),
    get: (kind, namespace, name) => read.get(kind, { namespace, name }),
    secrets: (namespace) => read.list(Secret, { namespace }).map(({ metadata }) => metadata.name),
    secret: (namespace, name) => decodeSecret(read.get(Secret, { namespace, name })),
    reconcile: (controller, database) => pass(controller.reconcile, database),
    finalize: async (controller, database) => {
      if (!controller.finalize) throw new Error('it has no finalizer');
      const outcome = await pass(controller.finalize, database);
      if (outcome.type === 'ready') await act.delete(Database, keyOf(database));
      return outcome;
    },
  };
  const pass = passes(context, put, () => cluster.beforeWrite());
  return cluster;
}

/** Makes passes: keeps the status as the runtime does, and makes outcomes of Waiting and Stalled. */
function passes(context: FakeContext, put: TestCluster['put'], beforeWrite: () => void) {
  const { read, act } = context;
  const breakable = { ...context, act: breakableAct(act, beforeWrite) };
  return async (work: Controller<Database>['reconcile'], database: Database): Promise<Outcome> => {
    const status = database.status ?? read.get(Database, keyOf(database))?.status;
    const current = { ...database, ...(status && { status }) };
    await put(current);
    const outcome = await work(current, breakable).catch((error: unknown) => {
      if (error instanceof Waiting) return waiting(error.reason, error.message, error.detail);
      if (error instanceof Stalled) return stalled(error.reason, error.message, error.detail);
      throw error;
    });
    await act.apply({ ...current, ...(outcome.status && { status: outcome.status }) });
    return outcome;
  };
}

function breakableAct(act: Act, before: () => void): Act {
  return {
    apply: async (...given) => {
      before();
      return act.apply(...given);
    },
    create: async (...given) => {
      before();
      return act.create(...given);
    },
    patch: async (...given) => {
      before();
      return act.patch(...given);
    },
    delete: async (...given) => {
      before();
      return act.delete(...given);
    },
  };
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

/** The provider App, Ready. */
export function aProvider(spec: object): App {
  const isReady: App['status'] = {
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
  return {
    apiVersion: App.apiVersion,
    kind: 'App',
    metadata: providerRef,
    spec: App.spec.parse(spec),
    status: isReady,
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
        extensions: ['citext', 'hstore', 'earthdistance', 'cube', 'vector'],
        admin: { username: admin.username, secret: 'admin-password' },
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
    aProvider({ definition: 'postgres', share: { namespaces: ['*'] } }),
    secretOf(providerRef.namespace, 'postgres-secrets', { 'admin-password': admin.password }),
    secretOf(systemNamespace, 'hearth-digest-key', { key: 'k'.repeat(32) }),
  ] as Resource[];
}
