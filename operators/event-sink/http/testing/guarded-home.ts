import { randomBytes } from 'node:crypto';
import { createTransport, loadCluster, type Transport } from '@hearth/runtime';
import type { Clock } from '@hearth/runtime/clock';
import type { EventLog, NewEvent } from '../../log/event-log.ts';
import { clusterAccess } from '../access/cluster-access.ts';
import { apiServerReviews } from '../access/reviews.ts';
import type { Sink } from '../sink.ts';

/** Somebody in a test's cluster, and what they may do. */
interface Rule {
  readonly verbs: readonly string[];
  readonly resources?: readonly string[];
  readonly names?: readonly string[];
  /** What is no resource. */
  readonly paths?: readonly string[];
  /** Everywhere, if none is given. */
  readonly namespace?: string;
}

/** Namespaces and accounts of a test's own, in a real cluster. */
export interface GuardedHome {
  readonly transport: Transport;
  /** Nobody is given rights in it but by rules that say so. */
  readonly mine: string;
  readonly theirs: string;
  /** Makes an account that may do so much. Returns how its tokens are made. */
  account(name: string, ...rules: readonly Rule[]): Promise<(audience?: string) => Promise<string>>;
  /** Takes back what an account may do in a namespace. */
  takeBack(name: string, namespace: string): Promise<void>;
  /** Takes an account away, and by that all its tokens. */
  remove(name: string): Promise<void>;
  stop(): Promise<void>;
}

const GROUPS = ['', 'apps', 'apps.hearth.dev', 'iam.hearth.dev'];

/** Prepares them. */
export async function guardedHome(kubeconfig: string): Promise<GuardedHome> {
  const transport = createTransport(await loadCluster({ kubeconfig }));
  const suffix = randomBytes(4).toString('hex');
  const [mine, theirs] = [`mine-${suffix}`, `theirs-${suffix}`];
  const post = (path: string, body: object) => transport.request<unknown>({ method: 'POST', path, body });
  for (const name of [mine, theirs]) await post('/api/v1/namespaces', { metadata: { name } });

  return {
    transport,
    mine,
    theirs,
    async account(name, ...rules) {
      await post(`/api/v1/namespaces/${mine}/serviceaccounts`, { metadata: { name } });
      for (const rule of rules) await grant(post, { account: name, home: mine }, rule);
      return async (audience = 'hearth-events') => {
        const { status } = await transport.request<{ readonly status: { readonly token: string } }>({
          method: 'POST',
          path: `/api/v1/namespaces/${mine}/serviceaccounts/${name}/token`,
          body: { spec: { audiences: [audience] } },
        });
        return status.token;
      };
    },
    async takeBack(account, namespace) {
      const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`;
      await transport.request({ method: 'DELETE', path, query: { labelSelector: `account=${account}` } });
    },
    async remove(name) {
      await transport.request({
        method: 'DELETE',
        path: `/api/v1/namespaces/${mine}/serviceaccounts/${name}`,
      });
    },
    stop: () => transport.close(),
  };
}

type Post = (path: string, body: object) => Promise<unknown>;

/** Lets an account do what a rule says, in its namespace or everywhere. */
async function grant(
  post: Post,
  { account, home }: { readonly account: string; readonly home: string },
  { namespace, verbs, resources = [], names, paths }: Rule,
): Promise<void> {
  const kind = namespace === undefined ? 'ClusterRole' : 'Role';
  const base = `/apis/rbac.authorization.k8s.io/v1${namespace === undefined ? '' : `/namespaces/${namespace}`}`;
  const name = `${account}-${randomBytes(4).toString('hex')}`;
  const apiGroups = resources.includes('*') ? ['*'] : GROUPS;
  const rule = paths
    ? { nonResourceURLs: paths, verbs }
    : { apiGroups, resources, verbs, ...(names && { resourceNames: names }) };
  await post(`${base}/${kind.toLowerCase()}s`, { metadata: { name }, rules: [rule] });
  await post(`${base}/${kind.toLowerCase()}bindings`, {
    metadata: { name, labels: { account } },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace: home }],
  });
}

/** What guards a sink on a log by the rights of a real cluster. */
export const guardedBy = (
  transport: Transport,
  log: EventLog,
  clock: Clock,
): Pick<Sink, 'access' | 'clock'> => ({
  access: clusterAccess({
    reviews: apiServerReviews(transport, 'hearth-events'),
    places: () => log.places(),
    clock,
  }),
  clock,
});

/** What must not be told to who may not see it. */
export const HUSH = 'hush-7c31';

/** A change of something that says a word. */
export function saying(
  word: string,
  resource: Omit<NewEvent['resource'], 'version' | 'uid'>,
  rest: Partial<NewEvent> = {},
): NewEvent {
  const { namespace, name, kind } = resource;
  return {
    type: 'modified',
    resource: { ...resource, version: 'v1', uid: `uid-${word}` },
    resourceVersion: '1',
    inferred: false,
    actor: { name: `by-${word}`, confidence: 'field-manager' },
    object: {
      kind,
      metadata: { name, ...(namespace !== undefined && { namespace }), labels: { word } },
      spec: { definition: word, version: '1' },
      status: { conditions: [{ type: 'Ready', status: 'False', message: word }] },
    },
    ...rest,
  };
}
