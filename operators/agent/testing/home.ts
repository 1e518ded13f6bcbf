import type { Admission, EnrolmentOffer, EnrolmentStanding } from '@hearth/domain/enrolment-api';
import { Machine } from '@hearth/domain/schema/machine';
import { isNotFound, resourcePath, type Transport } from '@hearth/runtime';
import type { Assignment } from '../system/system.ts';

/** What NIO does about machines, as far as the agent needs it: taking in, rights, assignments, confirmation. */
export interface Home {
  enrol(offer: EnrolmentOffer, code: string): Promise<EnrolmentStanding>;
  admit(publicKey: string): Promise<Admission | undefined>;
  standing(publicKey: string, code: string): Promise<EnrolmentStanding>;
  approve(): Promise<void>;
  machine(): Promise<Machine>;
  assign(assignment: Partial<Assignment> & Pick<Assignment, 'id'>): Promise<void>;
  unassign(): Promise<void>;
  confirm(nonce: string): Promise<void>;
  /** What the machine's own Secret holds. */
  give(data: Readonly<Record<string, string>>): Promise<void>;
  /** Makes all tokens void that were given out. */
  revoke(): Promise<void>;
}

const NAMESPACE = 'hearth-machines';
const MERGE = 'application/merge-patch+json';

/** A home with one machine. */
export function createHome({
  transport,
  apiServer,
  authority,
  tokenSeconds = 86_400,
}: {
  readonly transport: Transport;
  readonly apiServer: string;
  readonly authority: string;
  readonly tokenSeconds?: number;
}): Home {
  const name = `m${Math.random().toString(36).slice(2, 8)}`;
  const account = `machine-${name}`;
  const path = resourcePath(Machine, { namespace: NAMESPACE, name });
  const core = `/api/v1/namespaces/${NAMESPACE}`;
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${NAMESPACE}`;
  const post = (to: string, body: object) =>
    transport.request<unknown>({ method: 'POST', path: to, body }).catch((error: unknown) => {
      if (!(error instanceof Error && 'reason' in error && error.reason === 'AlreadyExists')) throw error;
    });
  const patch = (to: string, body: object) =>
    transport.request<Machine>({ method: 'PATCH', path: to, contentType: MERGE, body });
  const machine = () => transport.request<Machine>({ method: 'GET', path });
  const metadata = { name: account, namespace: NAMESPACE };
  const standing = async (publicKey: string, code: string): Promise<EnrolmentStanding> => ({
    namespace: NAMESPACE,
    machine: name,
    approved: (await machine()).spec.approval?.publicKey === publicKey,
    pairingCode: code,
  });
  return {
    machine,
    standing,
    async enrol(offer, code) {
      await post('/api/v1/namespaces', { metadata: { name: NAMESPACE } });
      await post(resourcePath(Machine, { namespace: NAMESPACE }), {
        apiVersion: Machine.apiVersion,
        kind: Machine.kind,
        metadata: { name, namespace: NAMESPACE },
        spec: {},
      });
      await patch(`${path}/status`, { status: { publicKey: offer.publicKey, pairingCode: code } });
      return standing(offer.publicKey, code);
    },
    async approve() {
      await patch(path, { spec: { approval: { publicKey: (await machine()).status?.publicKey } } });
    },
    async admit(publicKey) {
      const found = await machine().catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
      if (found?.spec.approval?.publicKey !== publicKey) return undefined;
      await post(`${core}/serviceaccounts`, { metadata });
      await post(`/apis/coordination.k8s.io/v1/namespaces/${NAMESPACE}/leases`, { metadata });
      await post(`${rbac}/roles`, { metadata, rules: rulesOf(name) });
      await post(`${rbac}/rolebindings`, {
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: account },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace: NAMESPACE }],
      });
      const { status } = await transport.request<{ status: { token: string; expirationTimestamp: string } }>({
        method: 'POST',
        path: `${core}/serviceaccounts/${account}/token`,
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: { expirationSeconds: tokenSeconds },
        },
      });
      const { token, expirationTimestamp: expires } = status;
      return { namespace: NAMESPACE, machine: name, apiServer, authority, token, expires };
    },
    async assign(assignment) {
      await patch(path, { spec: { assignment: null } });
      await patch(path, { spec: { assignment: { action: 'Apply', ...assignment } } });
    },
    async unassign() {
      await patch(path, { spec: { assignment: null } });
    },
    async confirm(nonce) {
      await patch(path, { spec: { assignment: { confirmed: nonce } } });
    },
    async give(data) {
      const secret = { name: `${account}-files`, namespace: NAMESPACE };
      const encoded = Object.entries(data).map(([key, value]) => [
        key,
        Buffer.from(value).toString('base64'),
      ]);
      await post(`${core}/secrets`, { metadata: secret });
      await patch(`${core}/secrets/${secret.name}`, { data: Object.fromEntries(encoded) });
    },
    async revoke() {
      await transport.request({ method: 'DELETE', path: `${core}/serviceaccounts/${account}` });
      await post(`${core}/serviceaccounts`, { metadata });
    },
  };
}

/** What NIO lets a machine's agent do. */
const rulesOf = (name: string) => [
  {
    apiGroups: ['nio.hearth.dev'],
    resources: ['machines'],
    resourceNames: [name],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: ['nio.hearth.dev'], resources: ['machines/status'], resourceNames: [name], verbs: ['patch'] },
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: [`machine-${name}`],
    verbs: ['get', 'patch', 'update'],
  },
  { apiGroups: [''], resources: ['secrets'], resourceNames: [`machine-${name}-files`], verbs: ['get'] },
  {
    apiGroups: [''],
    resources: ['serviceaccounts/token'],
    resourceNames: [`machine-${name}`],
    verbs: ['create'],
  },
];
