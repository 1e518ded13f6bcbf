import { type App, identityRefusal, PROVIDERS_NAMESPACE } from '@hearth/domain';
import { createReach, createTransport, loadCluster } from '@hearth/runtime';
import { Failure } from '../failure.ts';
import type { Kubectl } from '../kubectl.ts';

/** The admin API of the home's identity provider, as one who administers the cluster reaches it. */
export interface IdentityAdmin {
  /**
   * The answer's body, as its schema has it; undefined where identity doesn't know (yet) whom the path names.
   * @throws Failure where identity refuses, or does not answer, or not as the schema has it.
   */
  ask<T>(
    method: 'GET' | 'POST',
    path: string,
    schema: AnswerSchema<T>,
    body?: object,
  ): Promise<T | undefined>;
  /** Removes what the path names; nothing where it is gone. @throws Failure where identity refuses, or does not answer. */
  remove(path: string): Promise<void>;
  close(): Promise<void>;
}

/** What answers must be like: the zod schemas of `@hearth/domain` are. */
interface AnswerSchema<T> {
  safeParse(value: unknown): { readonly data?: T | undefined };
}

const ADMIN_PORT = 9091;
/** How long identity may take to answer. */
const PATIENCE = 15_000;

/** Opens it through the API server. @throws Failure where the home has no identity provider of Hearth's. */
export async function openIdentityAdmin(kubectl: Kubectl, kubeconfig: string): Promise<IdentityAdmin> {
  const name = await identityApp(kubectl);
  const token = await adminToken(kubectl, name);
  const cluster = await loadCluster({ kubeconfig });
  const transport = createTransport(cluster);
  const reaching = createReach(cluster, transport);
  const origin = async () => {
    const { host, port } = await reaching.reach({ namespace: PROVIDERS_NAMESPACE, name }, ADMIN_PORT);
    return `http://${host}:${port}`;
  };
  return {
    ...askIdentity(origin, token),
    async close() {
      await reaching.close();
      await transport.close();
    },
  };
}

/** Asks the admin API at an origin, as the bearer of its token. */
export function askIdentity(
  origin: () => Promise<string>,
  token: string,
  patience = PATIENCE,
): Omit<IdentityAdmin, 'close'> {
  async function answerTo(method: string, path: string, body?: object): Promise<Response | undefined> {
    const answer = await fetch(`${await origin()}${path}`, {
      method,
      signal: AbortSignal.timeout(patience),
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch((cause: unknown) => {
      throw new Failure('identity does not answer: kubectl get pods says how it is.', { cause });
    });
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Failure(`identity refuses: ${await refusalOf(answer)}.`);
    return answer;
  }

  return {
    async ask(method, path, schema, body) {
      const answer = await answerTo(method, path, body);
      if (answer === undefined) return undefined;
      const { data } = schema.safeParse(await answer.json().catch(() => undefined));
      if (data === undefined) {
        throw new Failure(
          'identity answers otherwise than this kiko understands: are they of the same version?',
        );
      }
      return data;
    },
    async remove(path) {
      await answerTo('DELETE', path);
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
