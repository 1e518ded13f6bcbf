import { type App, identityRefusal, PROVIDERS_NAMESPACE } from '@hearth/domain';
import { createReach, createTransport, loadCluster } from '@hearth/runtime';
import { Failure } from '../failure.ts';
import type { Kubectl } from '../kubectl.ts';

/** The admin API of the home's identity provider, as one who administers the cluster reaches it. */
export interface IdentityAdmin {
  /** The answer's body; undefined where identity doesn't know (yet) whom the path names. */
  ask<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T | undefined>;
  close(): Promise<void>;
}

const ADMIN_PORT = 9091;

/** Opens it through the API server. @throws Failure where the home has no identity provider of Hearth's. */
export async function openIdentityAdmin(kubectl: Kubectl, kubeconfig: string): Promise<IdentityAdmin> {
  const name = await identityApp(kubectl);
  const token = await adminToken(kubectl, name);
  const cluster = await loadCluster({ kubeconfig });
  const transport = createTransport(cluster);
  const reaching = createReach(cluster, transport);
  return {
    async ask<T>(method: string, path: string, body?: object) {
      const { host, port } = await reaching.reach({ namespace: PROVIDERS_NAMESPACE, name }, ADMIN_PORT);
      const answer = await fetch(`http://${host}:${port}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new Failure(`identity refuses: ${await refusalOf(answer)}.`);
      return (answer.status === 204 ? undefined : await answer.json()) as T | undefined;
    },
    async close() {
      await reaching.close();
      await transport.close();
    },
  };
}

async function identityApp(kubectl: Kubectl): Promise<string> {
  const { items } = JSON.parse(await kubectl(['get', 'apps', '-n', PROVIDERS_NAMESPACE, '-o', 'json'])) as {
    readonly items: readonly App[];
  };
  const app = items.find(({ spec }) => spec.definition === 'identity' && spec.external === undefined);
  if (app === undefined) {
    throw new Failure(
      `The home has no identity provider yet: install it with kiko install identity -n ${PROVIDERS_NAMESPACE}.`,
    );
  }
  return app.metadata.name;
}

async function adminToken(kubectl: Kubectl, app: string): Promise<string> {
  const secret = `${app}-secrets`;
  const found = await kubectl([
    'get',
    'secret',
    secret,
    '-n',
    PROVIDERS_NAMESPACE,
    '--ignore-not-found',
    '-o',
    'json',
  ]);
  const { data } = (found === '' ? {} : JSON.parse(found)) as { readonly data?: { readonly admin?: string } };
  if (data?.admin === undefined) {
    throw new Failure(`App ${PROVIDERS_NAMESPACE}/${app} is being installed: try again when it is ready.`);
  }
  return Buffer.from(data.admin, 'base64').toString();
}

async function refusalOf(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => undefined);
  const { data } = identityRefusal.safeParse(body);
  return data ? (data.message ?? data.error) : `status ${answer.status}`;
}
