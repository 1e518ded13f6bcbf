import { type AgentStatus, Machine } from '@hearth/domain';
import {
  type Immutable,
  type JsonPatchOperation,
  type Resource,
  resourcePath,
  type Transport,
} from '@hearth/runtime';
import { labels, machinesNamespace } from '../names.ts';
import { keyDigest } from './proof.ts';

/** The field manager of what the enrolment writes. */
const fieldManager = 'nio-enrolment';
/** That of an agent. What is written for it is its own: what it does not say any more goes with its own next word. */
const agentManager = 'hearth-agent';

/** The Machines, as the enrolment reads and writes them: each time from the API server, for every replica answers. */
export interface Machines {
  all(): Promise<readonly Immutable<Machine>[]>;
  /** The one with this key. */
  withKey(publicKey: string): Promise<Immutable<Machine> | undefined>;
  /** @throws ApiError, reason AlreadyExists, where there is one of that name. */
  create(name: string, publicKey: string): Promise<Immutable<Machine>>;
  /** Sees to it that a machine is found by its key. */
  label(machine: Immutable<Machine>, publicKey: string): Promise<void>;
  /** Deletes a machine. @throws ApiError, reason Conflict, where it is not as it was read any more. */
  discard(machine: Immutable<Machine>): Promise<void>;
  /** @throws ApiError where the machine is not as the patch tests that it is. */
  patch(name: string, patch: readonly JsonPatchOperation[], part?: 'status'): Promise<Immutable<Machine>>;
  /** Writes `status.agent` for an agent that can't do so yet. Where it just could after all, it says it anew. */
  speakFor(machine: Immutable<Machine>, agent: Immutable<AgentStatus>): Promise<Immutable<Machine>>;
}

/** The Machines of a cluster. */
export function machinesOver(transport: Pick<Transport, 'request'>): Machines {
  const namespace = machinesNamespace;
  const list = async (labelSelector?: string) => {
    const answer = await transport.request<{ readonly items: readonly Immutable<Machine>[] }>({
      method: 'GET',
      path: resourcePath(Machine, { namespace }),
      query: { labelSelector },
    });
    return answer.items;
  };
  return {
    all: () => list(),
    withKey: async (publicKey) =>
      (await list(`${labels.key}=${keyDigest(publicKey)}`)).find((machine) => hasKey(machine, publicKey)),
    create: (name, publicKey) =>
      transport.request({
        method: 'POST',
        path: resourcePath(Machine, { namespace }),
        query: { fieldManager },
        body: newMachine(name, publicKey),
      }),
    async label({ metadata: { name, uid, labels: has } }, publicKey) {
      const digest = keyDigest(publicKey);
      if (has?.[labels.key] === digest) return;
      await transport.request({
        method: 'PATCH',
        path: resourcePath(Machine, { namespace, name }),
        query: { fieldManager },
        contentType: 'application/merge-patch+json',
        body: { metadata: { uid, labels: { [labels.key]: digest } } },
      });
    },
    async discard({ metadata: { name, uid, resourceVersion } }) {
      await transport.request({
        method: 'DELETE',
        path: resourcePath(Machine, { namespace, name }),
        body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } },
      });
    },
    patch: (name, body, part) =>
      transport.request({
        method: 'PATCH',
        path: `${resourcePath(Machine, { namespace, name })}${part ? `/${part}` : ''}`,
        query: { fieldManager },
        contentType: 'application/json-patch+json',
        body,
      }),
    speakFor: ({ metadata: { name, uid } }, agent) =>
      transport.request({
        method: 'PATCH',
        path: `${resourcePath(Machine, { namespace, name })}/status`,
        query: { fieldManager: agentManager, force: true },
        contentType: 'application/apply-patch+yaml',
        body: {
          apiVersion: Machine.apiVersion,
          kind: Machine.kind,
          metadata: { name, namespace, uid },
          status: { agent },
        },
      }),
  };
}

function newMachine(name: string, publicKey: string): Resource & { readonly spec: object } {
  const metadata = {
    name,
    namespace: machinesNamespace,
    labels: { [labels.key]: keyDigest(publicKey) },
  };
  return { apiVersion: Machine.apiVersion, kind: Machine.kind, metadata, spec: {} };
}

/**
 * Whether a Machine is the one with a key: by its status. Where that was never written, since the process died after it
 * had made the Machine, by the label that it was made with.
 */
export function hasKey({ metadata, status }: Immutable<Machine>, publicKey: string): boolean {
  const proven = status?.publicKey;
  return proven === undefined ? metadata.labels?.[labels.key] === keyDigest(publicKey) : proven === publicKey;
}
