import { Machine } from '@hearth/domain';
import { ApiError, type ApiRequest, Secret } from '@hearth/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../../operators/runtime/fixtures/api.ts';
import { startAgent, type TestAgent } from './agent.ts';
import { openWorld, type World } from './world.ts';

const machines = '/apis/nio.hearth.dev/v1alpha1/namespaces/hearth-machines/machines';
const core = '/api/v1/namespaces/hearth-machines';
const leases = '/apis/coordination.k8s.io/v1/namespaces/hearth-machines/leases';
const rbac = '/apis/rbac.authorization.k8s.io/v1';

let world: World;
let kitchen: TestAgent;
beforeAll(async () => {
  world = await openWorld();
  kitchen = await startAgent(world, 'kitchen');
  await startAgent(world, 'attic');
  for (const name of ['machine-kitchen-files', 'machine-attic-files', 'wifi']) {
    const metadata = { name, namespace: 'hearth-machines' };
    await world.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { key: 'secret' } });
  }
}, 180_000);
afterAll(async () => {
  await kitchen?.api.close();
  await world?.close();
});

/** How each verb is asked of one object, or of a whole collection. */
const ofObject: Record<string, Partial<ApiRequest>> = {
  get: { method: 'GET' },
  update: { method: 'PUT', body: {} },
  patch: { method: 'PATCH', body: {}, contentType: 'application/merge-patch+json' },
  delete: { method: 'DELETE' },
};
const ofCollection: Record<string, Partial<ApiRequest>> = {
  list: { method: 'GET' },
  watch: { method: 'GET', query: { watch: true, timeoutSeconds: 1 } },
  create: { method: 'POST', body: { metadata: { name: 'made' } } },
  deletecollection: { method: 'DELETE' },
};

const objects = [
  `${machines}/kitchen`,
  `${machines}/attic`,
  `${machines}/kitchen/status`,
  `${machines}/attic/status`,
  '/apis/nio.hearth.dev/v1alpha1/namespaces/hearth-machines/nixosconfigurations/any',
  `${core}/secrets/machine-kitchen-files`,
  `${core}/secrets/machine-attic-files`,
  `${core}/secrets/wifi`,
  '/api/v1/namespaces/hearth-system/secrets/hearth-nio-tls',
  `${leases}/machine-kitchen`,
  `${leases}/machine-attic`,
  '/apis/coordination.k8s.io/v1/namespaces/hearth-system/leases/hearth-nio',
  `${core}/serviceaccounts/machine-kitchen`,
  `${core}/serviceaccounts/machine-attic`,
  `${core}/serviceaccounts/default`,
  `${core}/configmaps/kube-root-ca.crt`,
  `${rbac}/namespaces/hearth-machines/roles/machine-kitchen`,
  `${rbac}/namespaces/hearth-machines/rolebindings/machine-kitchen`,
  `${rbac}/clusterroles/cluster-admin`,
  '/api/v1/nodes/any',
  '/api/v1/namespaces/hearth-machines',
  '/apis/hearth.dev/v1alpha1/homes/home',
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/machines.nio.hearth.dev',
  '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies/hearth-machine-agents',
];
const collections = [
  machines,
  '/apis/nio.hearth.dev/v1alpha1/machines',
  '/apis/nio.hearth.dev/v1alpha1/namespaces/hearth-machines/nixosconfigurations',
  `${core}/secrets`,
  '/api/v1/secrets',
  leases,
  `${core}/serviceaccounts`,
  `${core}/configmaps`,
  `${core}/pods`,
  `${core}/events`,
  '/apis/apps.hearth.dev/v1alpha1/namespaces/hearth-machines/apps',
  `${rbac}/namespaces/hearth-machines/roles`,
  `${rbac}/namespaces/hearth-machines/rolebindings`,
  `${rbac}/clusterrolebindings`,
  '/api/v1/namespaces',
  '/apis/certificates.k8s.io/v1/certificatesigningrequests',
  '/apis/authentication.k8s.io/v1/tokenreviews',
  '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings',
];

/** All that the agent of the machine may do, by object. */
const allowed = new Set([
  `get ${machines}/kitchen`,
  `patch ${machines}/kitchen/status`,
  `get ${core}/secrets/machine-kitchen-files`,
  `get ${leases}/machine-kitchen`,
  `patch ${leases}/machine-kitchen`,
  `update ${leases}/machine-kitchen`,
]);

const cases = [
  ...objects.flatMap((path) => Object.keys(ofObject).map((verb) => [verb, path] as const)),
  ...collections.flatMap((path) => Object.keys(ofCollection).map((verb) => [verb, path] as const)),
];

/** The HTTP status with which a request is answered. */
async function statusOf(path: string, request: Partial<ApiRequest> | undefined): Promise<number> {
  try {
    const asked = { method: 'GET', path, attempts: 1, ...request } as const;
    if (asked.query?.watch) await kitchen.api.stream(asked, () => undefined);
    else await kitchen.api.request(asked);
    return 200;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
}

describe('the token of a machine', () => {
  test.each(cases)('%s %s', async (verb, path) => {
    const status = await statusOf(path, ofObject[verb] ?? ofCollection[verb]);
    // What is allowed may yet be nonsense, such as an update to nothing; it is not forbidden.
    if (allowed.has(`${verb} ${path}`)) expect(status).not.toBe(403);
    else expect(status).toBe(403);
  });

  test.each(['machines', 'secrets'])('lists and watches its own of %s, by name', async (resource) => {
    const [path, name] =
      resource === 'machines' ? [machines, 'kitchen'] : [`${core}/secrets`, 'machine-kitchen-files'];
    const query = { fieldSelector: `metadata.name=${name}` };
    const { items } = await kitchen.api.request<{ items: Machine[] }>({ method: 'GET', path, query });
    expect(items.map(({ metadata }) => metadata.name)).toEqual([name]);
    const watch = { query: { ...query, watch: true, timeoutSeconds: 1 } };
    expect(await statusOf(path, watch)).toBe(200);
    const other = { query: { fieldSelector: `metadata.name=${name.replace('kitchen', 'attic')}` } };
    expect(await statusOf(path, other)).toBe(403);
  });
});

const token = (account: string, spec: object) =>
  ({
    path: `${core}/serviceaccounts/${account}/token`,
    request: {
      method: 'POST',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec },
    },
  }) as const;

describe('a token for itself', () => {
  test('is all that it can make', async () => {
    const { path, request } = token('machine-kitchen', { expirationSeconds: 86_400 });
    const { status } = await kitchen.api.request<{ status: { token: string } }>({ path, ...request });
    expect(status.token).toMatch(/^ey/);
  });

  test.each([
    ['for another machine', 'machine-attic', { expirationSeconds: 3600 }],
    ['for another account', 'default', { expirationSeconds: 3600 }],
    ['for longer than a day', 'machine-kitchen', { expirationSeconds: 86_401 }],
    [
      'bound to another object',
      'machine-kitchen',
      { expirationSeconds: 3600, boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: 'wifi' } },
    ],
  ])('and not one %s', async (_, account, spec) => {
    const { path, request } = token(account, spec);
    expect(await statusOf(path, request)).toBe(403);
  });
});

describe('its own Lease', () => {
  const path = `${leases}/machine-kitchen`;

  test('has its heartbeats', async () => {
    expect(await statusOf(path, { ...ofObject.patch, body: { spec: { leaseDurationSeconds: 91 } } })).toBe(
      200,
    );
  });

  // One that holds it would leave it to the next machine of that name.
  test.each([
    ['a finalizer', { finalizers: ['example.com/stays'] }],
    ['no owner', { ownerReferences: [] }],
    ['a label', { labels: { role: 'admin' } }],
    ['no labels', { labels: null }],
    ['an annotation', { annotations: { note: 'x' } }],
  ])('and not %s', async (_, metadata) => {
    expect(await statusOf(path, { ...ofObject.patch, body: { metadata } })).toBe(403);
  });
});

describe('the status of its own Machine', () => {
  const path = `${machines}/kitchen/status`;
  const merge = (body: object, contentType = 'application/merge-patch+json') => ({
    method: 'PATCH' as const,
    body,
    contentType,
    query: contentType.includes('apply') ? { fieldManager: 'hearth-agent', force: true } : {},
  });
  const applied = (status: object) => ({
    apiVersion: Machine.apiVersion,
    kind: Machine.kind,
    metadata: { name: 'kitchen', namespace: 'hearth-machines' },
    status,
  });

  test('has its agent’s part, by merge patch and by server-side apply', async () => {
    expect(await statusOf(path, merge({ status: { agent: { version: '0.2.0' } } }))).toBe(200);
    const apply = merge(applied({ agent: { version: '0.3.0' } }), 'application/apply-patch+yaml');
    expect(await statusOf(path, apply)).toBe(200);
    expect((await world.machine('kitchen')).status?.agent?.version).toBe('0.3.0');
  });

  test.each<[string, ReturnType<typeof merge>]>([
    ['its state', merge({ status: { state: 'Ready' } })],
    ['its key', merge({ status: { publicKey: `${'A'.repeat(43)}=` } })],
    [
      'the layout of its disk',
      merge({ status: { layout: { serial: 'X', device: '/dev/sda', boot: 1, system: 1, pool: 1 } } }),
    ],
    ['its conditions', merge({ status: { conditions: [] } })],
    ['its generation', merge({ status: { observedGeneration: 99 } })],
    [
      'what is beside its part',
      merge({ status: { agent: { version: '0.4.0' }, pairingCode: 'AAAA-AAAA-AAAA' } }),
    ],
    ['by taking something away', merge({ status: { pairingCode: null } })],
    ['by taking all of it away', merge({ status: null })],
    [
      'as a whole',
      merge(
        [{ op: 'replace', path: '/status', value: { observedGeneration: 1 } }],
        'application/json-patch+json',
      ),
    ],
    ['by server-side apply', merge(applied({ address: '192.0.2.1' }), 'application/apply-patch+yaml')],
  ])('and not %s', async (_, request) => {
    const before = (await world.machine('kitchen')).status;
    expect(await statusOf(path, request)).toBe(403);
    const { agent, ...rest } = (await world.machine('kitchen')).status ?? {};
    expect({ ...rest, agent: before?.agent }).toEqual(before);
  });

  test('and through it neither its labels nor its spec', async () => {
    const before = await world.machine('kitchen');
    const body = { metadata: { labels: { role: 'admin' }, finalizers: [] }, spec: { target: 'Golden' } };
    expect(await statusOf(path, merge({ ...body, status: { agent: { version: '0.5.0' } } }))).toBe(200);
    const { metadata, spec } = await world.machine('kitchen');
    expect([metadata.labels, metadata.finalizers, spec]).toEqual([
      before.metadata.labels,
      before.metadata.finalizers,
      before.spec,
    ]);
  });
});

test('were its Role to let it do everything, the policy would still keep it to its own', async () => {
  await world.admin.request({
    method: 'POST',
    path: `${rbac}/clusterrolebindings`,
    body: {
      metadata: { name: 'mistake' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'machine-kitchen', namespace: 'hearth-machines' }],
    },
  });
  await eventually(async () => expect(await statusOf('/api/v1/nodes', {})).toBe(200));
  const patch = (body: object) => ({ ...ofObject.patch, body });
  const { apiVersion, kind } = Machine;
  const made = { apiVersion, kind, metadata: { name: 'made' }, spec: {} };
  const denied: [string, Partial<ApiRequest>][] = [
    [`${machines}/attic/status`, patch({ status: { agent: { version: '6.6.6' } } })],
    [`${machines}/kitchen`, patch({ spec: { target: 'Golden' } })],
    [`${machines}/attic`, { method: 'DELETE' }],
    [`${leases}/machine-attic`, patch({ spec: { holderIdentity: 'kitchen' } })],
    [`${leases}/machine-kitchen`, { method: 'DELETE' }],
    [machines, { method: 'POST', body: made }],
    [token('machine-attic', {}).path, token('machine-attic', { expirationSeconds: 3600 }).request],
  ];
  for (const [path, request] of denied) expect(await statusOf(path, request), path).toBe(403);
  await world.admin.request({ method: 'DELETE', path: `${rbac}/clusterrolebindings/mistake` });
});
