import { App, AppDefinition, Home, Route, SSOClient } from '@hearth/domain';
import { createManager, loadCluster, type Resource } from '@hearth/runtime';
import { silentLog } from '@hearth/runtime/testing';
import { expect, vi } from 'vitest';
import { startControlPlane } from '../../../../e2e/harness/control-plane.ts';
import { installDefinitions } from '../../../../e2e/harness/definitions.ts';
import { installTraefikDefinitions } from '../../../../e2e/harness/foreign-definitions.ts';
import { type Kubectl, kubectlOf } from '../../../../e2e/harness/kubectl.ts';
import { iamControllers } from '../../iam/controllers.ts';
import { iamRules } from '../../iam/rbac.ts';
import { type HastyClock, hastyClock } from '../../testing/hasty-clock.ts';
import { createSsoClientController } from '../controller.ts';
import { ssoRules } from '../rbac.ts';

/** An object as the API server has it, of whatever kind. */
interface Found extends Resource {
  readonly spec?: object;
  readonly status?: { readonly [field: string]: unknown; readonly bindingHash?: string };
  readonly data?: { readonly [key: string]: string };
}

/**
 * A cluster's API in which the SSOClient, User and Group controllers run, with no more rights than their rules give. What
 * other controllers would say of Apps and Routes, the tests say.
 */
export interface Bench {
  apply(...objects: readonly object[]): Promise<void>;
  /** Sets fields of an object's status. */
  say(kind: string, name: string, status: object, namespace?: string): Promise<void>;
  get(kind: string, name: string, namespace?: string): Promise<Found | undefined>;
  /** Waits until an object's status holds these fields. */
  becomes(kind: string, name: string, status: object, namespace?: string): Promise<void>;
  /** What kubectl prints; fails where it fails. */
  run(...args: string[]): Promise<string>;
  /** What a Secret of the namespace home holds, in the clear. */
  secret(name: string): Promise<Readonly<Record<string, string>>>;
  /** Lets the controllers' clock jump ahead. */
  advance(milliseconds: number): void;
  /** Ends the controllers and starts them anew, as a process that remembers nothing. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a control plane of its own, since a cluster has one Home. */
export async function openBench(): Promise<Bench> {
  const plane = await startControlPlane();
  const kubectl = await kubectlOf(plane.kubeconfig);
  await installDefinitions(kubectl);
  await installTraefikDefinitions(kubectl);
  const cluster = clusterOf(kubectl);
  await cluster.apply(...operatorRole);
  for (const name of ['hearth-system', 'hearth-providers', 'home']) {
    await cluster.run('create', 'namespace', name);
  }
  const kubeconfig = await plane.kubeconfigFor('operator', ['operators']);
  const clock = hastyClock();
  let manager = await startManager(kubeconfig, clock);
  return {
    ...cluster,
    advance: clock.advance,
    async restart() {
      await manager.stop();
      manager = await startManager(kubeconfig, clock);
    },
    async stop() {
      await manager.stop();
      await plane.stop();
    },
  };
}

function clusterOf(kubectl: Kubectl): Omit<Bench, 'advance' | 'restart' | 'stop'> {
  const run = async (args: readonly string[], object?: object): Promise<string> => {
    const answer = await kubectl(args, object);
    if (!answer.ok) throw new Error(answer.stderr);
    return answer.stdout;
  };
  const get: Bench['get'] = async (kind, name, namespace = 'home') => {
    const found = await kubectl(['get', kind, name, '-n', namespace, '-o', 'json']);
    return found.ok ? JSON.parse(found.stdout) : undefined;
  };
  return {
    get,
    run: (...args) => run(args),
    async apply(...items) {
      const list = { apiVersion: 'v1', kind: 'List', items };
      await run(['apply', '--server-side', '--force-conflicts', '-f', '-'], list);
    },
    async say(kind, name, status, namespace = 'home') {
      const patch = ['patch', kind, name, '-n', namespace, '--subresource=status', '--type=merge', '-p'];
      await run([...patch, JSON.stringify({ status })]);
    },
    becomes: (kind, name, status, namespace) =>
      eventually(async () => expect((await get(kind, name, namespace))?.status).toMatchObject(status)),
    async secret(name) {
      const data = (await get('secret', name))?.data ?? {};
      return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, atob(value)]));
    },
  };
}

async function startManager(kubeconfig: string, clock: HastyClock) {
  const manager = createManager({
    cluster: await loadCluster({ kubeconfig }),
    controllers: [createSsoClientController(), ...iamControllers()] as never,
    identity: 'test',
    lease: { namespace: 'hearth-system', name: 'test' },
    leaderElect: false,
    log: silentLog,
    freeze: true,
    clock,
  });
  await manager.start();
  return manager;
}

/** Waits until a check holds; fails with what it fails with at last. */
export const eventually = (check: () => Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 30_000, interval: 100 });

/** A status with a condition of this type, and these fields in it. */
export const withCondition = (type: string, fields: object) => ({
  conditions: expect.arrayContaining([expect.objectContaining({ type, ...fields })]),
});

/** What a Ready object's status says. */
export const isReady = withCondition('Ready', { status: 'True' });

const rbac = 'rbac.authorization.k8s.io';
const metadata = { name: 'operator' };
const operatorRole = [
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata,
    rules: [
      ...ssoRules,
      ...iamRules,
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

/** The home. */
export const home = {
  apiVersion: Home.apiVersion,
  kind: Home.kind,
  metadata: { name: 'home' },
  spec: { domain: 'hearth.home.arpa' },
};

/** What identity is in the catalogue, as far as its clients are concerned. */
export const identityDefinition = {
  apiVersion: AppDefinition.apiVersion,
  kind: AppDefinition.kind,
  metadata: { name: 'identity' },
  spec: {
    title: 'Identity',
    versions: [{ version: '0.1.0', images: { identity: 'example.org/identity:0.1.0' } }],
    provides: [{ kind: 'SSOClient', strategies: ['oidc', 'forward-auth'], api: 'hearth', port: 'admin' }],
  },
};

/** An identity provider that runs beside the cluster; its account is in a Secret of its name. */
export const identityApp = (name: string, ports: { readonly port: number; readonly adminPort: number }) => ({
  apiVersion: App.apiVersion,
  kind: App.kind,
  metadata: { namespace: 'hearth-providers', name },
  spec: {
    definition: 'identity',
    external: {
      host: '127.0.0.1',
      ports: [
        { name: 'http', port: ports.port },
        { name: 'admin', port: ports.adminPort },
      ],
      credentialsSecret: name,
    },
    share: { namespaces: ['*'] },
  },
});

/** The Route of an app. */
export const route = (name: string) => ({
  apiVersion: Route.apiVersion,
  kind: Route.kind,
  metadata: { namespace: 'home', name },
  spec: {
    providerRef: { namespace: 'hearth-providers', name: 'traefik' },
    host: name,
    service: name,
    port: 8080,
  },
});

/** An SSOClient. */
export const ssoClient = (name: string, spec: object) => ({
  apiVersion: SSOClient.apiVersion,
  kind: SSOClient.kind,
  metadata: { namespace: 'home', name },
  spec: { providerRef: { namespace: 'hearth-providers', name: 'identity' }, route: 'rss', ...spec },
});

/** A status that says that something is as it asks to be. */
export const readyStatus = (more: object = {}) => ({
  observedGeneration: 1,
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Reconciled',
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ],
  ...more,
});
