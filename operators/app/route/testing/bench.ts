import { App, AppDefinition, Home, Route } from '@hearth/domain';
import { createManager, loadCluster, type Resource } from '@hearth/runtime';
import { silentLog } from '@hearth/runtime/testing';
import { expect, vi } from 'vitest';
import { startControlPlane } from '../../../../e2e/harness/control-plane.ts';
import { installDefinitions } from '../../../../e2e/harness/definitions.ts';
import { type Kubectl, kubectlOf } from '../../../../e2e/harness/kubectl.ts';
import { homeController } from '../../home/controller.ts';
import { homeRules } from '../../home/rbac.ts';
import { routeController } from '../controller.ts';
import { routeRules } from '../rbac.ts';

/** The domain of the tests' home. */
export const domain = 'hearth.home.arpa';

/** An object as the API server has it, of whatever kind. */
interface Found extends Resource {
  readonly spec?: object;
  readonly status?: { readonly [field: string]: unknown; readonly certificateAuthority?: string };
  readonly data?: { readonly [key: string]: string };
}

/** A cluster's API in which the Home and Route controllers run, with no more rights than their rules give. */
export interface Bench {
  readonly kubectl: Kubectl;
  /** What kubectl prints; fails where it fails. */
  run(...args: string[]): Promise<string>;
  apply(...objects: readonly object[]): Promise<void>;
  get(kind: string, name: string, namespace?: string): Promise<Found>;
  /** Waits until an object's status holds these fields. */
  becomes(kind: string, name: string, status: object, namespace?: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a control plane of its own, since a cluster has one Home, and registers a gateway that is not there. */
export async function openBench(): Promise<Bench> {
  const plane = await startControlPlane();
  const kubectl = await kubectlOf(plane.kubeconfig);
  await installDefinitions(kubectl);
  const cluster = clusterOf(kubectl);
  await cluster.apply(...operatorRole);
  const operator = await plane.kubeconfigFor('operator', ['operators']);
  for (const name of ['hearth-system', 'hearth-providers', 'home', 'guest']) {
    await cluster.run('create', 'namespace', name);
  }
  await cluster.apply(traefikDefinition, traefikApp);
  const manager = createManager({
    cluster: await loadCluster({ kubeconfig: operator }),
    controllers: [homeController, routeController] as never,
    identity: 'test',
    lease: { namespace: 'hearth-system', name: 'test' },
    leaderElect: false,
    log: silentLog,
    freeze: true,
  });
  await manager.start();
  const stop = async () => {
    await manager.stop();
    await plane.stop();
  };
  return { kubectl, ...cluster, stop };
}

function clusterOf(kubectl: Kubectl): Omit<Bench, 'kubectl' | 'stop'> {
  const ask = async (args: readonly string[], object?: object) => {
    const answer = await kubectl(args, object);
    if (!answer.ok) throw new Error(answer.stderr);
    return answer.stdout;
  };
  const get: Bench['get'] = async (kind, name, namespace = 'home') =>
    JSON.parse(await ask(['get', kind, name, '-n', namespace, '-o', 'json']));
  return {
    get,
    run: (...args) => ask(args),
    async apply(...items) {
      const list = { apiVersion: 'v1', kind: 'List', items };
      await ask(['apply', '--server-side', '--force-conflicts', '-f', '-'], list);
    },
    becomes: (kind, name, status, namespace) =>
      eventually(async () => expect((await get(kind, name, namespace)).status).toMatchObject(status)),
  };
}

/** Waits until a check holds; fails with what it fails with at last. */
export const eventually = (check: () => Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 30_000, interval: 100 });

/** A status with a condition of this type, and these fields in it. */
export const withCondition = (type: string, fields: object) => ({
  conditions: expect.arrayContaining([expect.objectContaining({ type, ...fields })]),
});

const rbac = 'rbac.authorization.k8s.io';
const metadata = { name: 'operator' };
const operatorRole = [
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata,
    rules: [
      ...homeRules,
      ...routeRules,
      // What the runtime needs to tell of what happened.
      { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
    ],
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'operator' },
    subjects: [{ apiGroup: rbac, kind: 'Group', name: 'operators' }],
  },
];

const traefikDefinition = {
  apiVersion: AppDefinition.apiVersion,
  kind: AppDefinition.kind,
  metadata: { name: 'traefik' },
  spec: {
    title: 'Traefik',
    versions: [{ version: '3.7.13', images: { traefik: 'traefik:3.7.13' } }],
    provides: [{ kind: 'Route', name: 'default', port: 'https' }],
  },
};
const traefikApp = {
  apiVersion: App.apiVersion,
  kind: App.kind,
  metadata: { namespace: 'hearth-providers', name: 'traefik' },
  spec: {
    definition: 'traefik',
    external: { host: '127.0.0.1', ports: [{ name: 'https', port: 9 }] },
    share: { namespaces: ['*'] },
  },
};
/** The home. */
export const home = (spec: object = {}) => ({
  apiVersion: Home.apiVersion,
  kind: Home.kind,
  metadata: { name: 'home' },
  spec: { domain, ...spec },
});
/** A Route by that gateway to the Service of its name. */
export const route = (name: string, namespace = 'home', host = name) => ({
  apiVersion: Route.apiVersion,
  kind: Route.kind,
  metadata: { namespace, name },
  spec: { providerRef: { namespace: 'hearth-providers', name: 'traefik' }, host, service: name, port: 8080 },
});
