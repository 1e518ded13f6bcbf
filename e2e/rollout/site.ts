import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Machine, NixOSConfiguration } from '@hearth/domain';
import {
  ApiError,
  type ClusterConfig,
  createTransport,
  type Immutable,
  isNotFound,
  loadCluster,
  resourcePath,
  type Transport,
} from '@hearth/runtime';
import { policies } from '../../operators/nio/admission.ts';
import { type GitServer, startGitServer } from '../../operators/nio/flake/testing/git-server.ts';
import { machinesNamespace as namespace } from '../../operators/nio/names.ts';
import { operatorKubeconfig } from '../app/rights.ts';
import { startControlPlane } from '../harness/control-plane.ts';
import { installDefinitions } from '../harness/definitions.ts';
import { kubectlOf } from '../harness/kubectl.ts';
import { factsOf, storePathOf } from './simulated.ts';

/** What a person does. */
interface Person {
  machine(name: string): Promise<Immutable<Machine>>;
  configuration(name: string): Promise<Immutable<NixOSConfiguration> | undefined>;
  /** Server-side apply of a NixOSConfiguration. */
  apply(name: string, spec: object): Promise<void>;
  /** A merge patch. */
  patch(kind: typeof Machine | typeof NixOSConfiguration, name: string, patch: object): Promise<void>;
  remove(kind: typeof Machine | typeof NixOSConfiguration, name: string): Promise<void>;
}

/** A real API for machines, with the rights and the policies of the chart, and a git server. */
export interface Site extends Person {
  /** An administrator’s. */
  readonly kubeconfig: string;
  /** One with the rights that the chart gives NIO, and no more. */
  readonly operatorKubeconfig: string;
  readonly cluster: ClusterConfig;
  readonly git: GitServer;
  readonly admin: Transport;
  close(): Promise<void>;
}

/** Opens a site; nothing runs in it. */
export async function openSite(): Promise<Site> {
  const plane = await startControlPlane({
    apiServerFlags: ['--enable-admission-plugins=OwnerReferencesPermissionEnforcement'],
  });
  const kubectl = await kubectlOf(plane.kubeconfig);
  await installDefinitions(kubectl);
  const place = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  const list = { apiVersion: 'v1', kind: 'List', items: [place, ...policies] };
  const { ok, stderr } = await kubectl(['create', '-f', '-'], list);
  if (!ok) throw new Error(stderr);
  const operator = await operatorKubeconfig(kubectl, plane, ['nio']);
  const cluster = await loadCluster({ kubeconfig: plane.kubeconfig });
  const admin = createTransport(cluster);
  const git = await startGitServer();
  return {
    ...personOf(admin),
    kubeconfig: plane.kubeconfig,
    operatorKubeconfig: operator,
    ...{ cluster, git, admin },
    async close() {
      await Promise.all([admin.close(), git.close()]);
      await plane.stop();
    },
  };
}

function personOf(admin: Transport): Person {
  return {
    machine: (name) => admin.request({ method: 'GET', path: resourcePath(Machine, { namespace, name }) }),
    async configuration(name) {
      try {
        return await admin.request({
          method: 'GET',
          path: resourcePath(NixOSConfiguration, { namespace, name }),
        });
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    async apply(name, spec) {
      const { apiVersion, kind } = NixOSConfiguration;
      await admin.request({
        method: 'PATCH',
        path: resourcePath(NixOSConfiguration, { namespace, name }),
        query: { fieldManager: 'person', force: true },
        contentType: 'application/apply-patch+yaml',
        body: { apiVersion, kind, metadata: { name, namespace }, spec },
      });
    },
    async patch(kind, name, body) {
      const path = resourcePath(kind, { namespace, name });
      await admin.request({ method: 'PATCH', path, body, contentType: 'application/merge-patch+json' });
    },
    async remove(kind, name) {
      await admin.request({ method: 'DELETE', path: resourcePath(kind, { namespace, name }) });
    },
  };
}

/** A Machine as enrolment and a person leave it: known, and approved. */
export async function bringIn(
  admin: Transport,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  const { publicKey: key } = generateKeyPairSync('ed25519');
  const publicKey = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64');
  const { apiVersion, kind } = Machine;
  await admin.request({
    method: 'POST',
    path: resourcePath(Machine, { namespace }),
    body: { apiVersion, kind, metadata: { name, namespace, labels }, spec: { approval: { publicKey } } },
  });
  const golden = storePathOf(`golden ${name}`);
  const agent = { mode: 'System', facts: factsOf(name), system: { running: golden, golden } };
  await admin.request({
    method: 'PATCH',
    path: `${resourcePath(Machine, { namespace, name })}/status`,
    contentType: 'application/merge-patch+json',
    body: { status: { publicKey, agent } },
  });
}

/** A token of the machine’s own account, as soon as NIO has made that; and where to go with it. */
export async function admission(admin: Transport, cluster: ClusterConfig, name: string) {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/machine-${name}/token`;
  for (;;) {
    try {
      const body = {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 86_400 },
      };
      const { status } = await admin.request<{ readonly status: { readonly token: string } }>({
        method: 'POST',
        path,
        body,
      });
      const at = { server: cluster.server, authority: cluster.ca ?? '' };
      return { where: () => at, token: async () => status.token };
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
      await pause(50);
    }
  }
}
