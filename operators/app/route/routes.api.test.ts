import { App, AppDefinition, Home, Route } from '@hearth/domain';
import { createManager, loadCluster, type Manager, type Resource } from '@hearth/runtime';
import { silentLog } from '@hearth/runtime/testing';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { certManagerCrdFolder, traefikCrdFile } from '../../../bootstrap/tools/module.ts';
import { type ControlPlane, startControlPlane } from '../../../e2e/harness/control-plane.ts';
import { installDefinitions } from '../../../e2e/harness/definitions.ts';
import { type Kubectl, kubectlOf } from '../../../e2e/harness/kubectl.ts';
import { Certificate, ClusterIssuer } from '../certificate/kinds.ts';
import {
  authorityKey,
  dnsNamesOf,
  isLimitedTo,
  isSignedBy,
  readPair,
  tlsSecret,
} from '../certificate/pair.ts';
import { makeAuthority, signLeaf } from '../certificate/sign.ts';
import { homeController } from '../home/controller.ts';
import { homeRules } from '../home/rbac.ts';
import { routeController } from './controller.ts';
import { routeRules } from './rbac.ts';

const domain = 'hearth.home.arpa';

let plane: ControlPlane;
let kubectl: Kubectl;
let manager: Manager;

beforeAll(async () => {
  // A plane of its own: a cluster has one Home.
  plane = await startControlPlane();
  kubectl = await kubectlOf(plane.kubeconfig);
  await installDefinitions(kubectl);
  const operator = await operatorKubeconfig();
  for (const name of ['hearth-system', 'hearth-providers', 'home', 'guest'])
    await run('create', 'namespace', name);
  await apply(traefikDefinition, traefikApp);
  manager = createManager({
    cluster: await loadCluster({ kubeconfig: operator }),
    controllers: [homeController, routeController] as never,
    identity: 'test',
    lease: { namespace: 'hearth-system', name: 'test' },
    leaderElect: false,
    log: silentLog,
    freeze: true,
  });
  await manager.start();
});
afterAll(async () => {
  await manager?.stop();
  await plane?.stop();
});

/** Somebody who may do what the controllers' rules say, and nothing else. */
async function operatorKubeconfig(): Promise<string> {
  const rbac = 'rbac.authorization.k8s.io';
  const events = { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] };
  const metadata = { name: 'operator' };
  await apply(
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRole',
      metadata,
      rules: [...homeRules, ...routeRules, events],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'operator' },
      subjects: [{ apiGroup: rbac, kind: 'Group', name: 'operators' }],
    },
  );
  return plane.kubeconfigFor('operator', ['operators']);
}

async function run(...args: string[]): Promise<string> {
  const answer = await kubectl(args);
  if (!answer.ok) throw new Error(answer.stderr);
  return answer.stdout;
}

async function apply(...items: readonly object[]): Promise<void> {
  const args = ['apply', '--server-side', '--force-conflicts', '-f', '-'];
  const answer = await kubectl(args, { apiVersion: 'v1', kind: 'List', items });
  if (!answer.ok) throw new Error(answer.stderr);
}

/** An object as JSON has it; its fields are what the test expects them to be. */
interface Found extends Resource {
  readonly spec?: object;
  readonly status?: { readonly [field: string]: unknown };
  readonly data?: { readonly [key: string]: string };
}

const get = async (kind: string, name: string, namespace = 'home'): Promise<Found> =>
  JSON.parse(await run('get', kind, name, '-n', namespace, '-o', 'json'));
const condition = (type: string, fields: object) =>
  expect.arrayContaining([expect.objectContaining({ type, ...fields })]);
const readyIs = (fields: object) => ({ conditions: condition('Ready', fields) });

const eventually = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 100 });
const becomes = (kind: string, name: string, status: object, namespace = 'home') =>
  eventually(async () => expect((await get(kind, name, namespace)).status).toMatchObject(status));

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
const home = (spec: object = {}) => ({
  apiVersion: Home.apiVersion,
  kind: Home.kind,
  metadata: { name: 'home' },
  spec: { domain, ...spec },
});
const route = (name: string, namespace = 'home', host = name) => ({
  apiVersion: Route.apiVersion,
  kind: Route.kind,
  metadata: { namespace, name },
  spec: { providerRef: { namespace: 'hearth-providers', name: 'traefik' }, host, service: name, port: 8080 },
});

describe('a home with an authority of its own', () => {
  test('waits for the Home, then for the gateway’s kinds, and goes on by itself when they come', async () => {
    await apply(route('rss'));
    await becomes('route', 'rss', readyIs({ status: 'False', reason: 'HomeMissing' }));
    await apply(home());
    await becomes('route', 'rss', readyIs({ status: 'False', reason: 'GatewayKindsMissing' }));
    await run('apply', '--server-side', '-f', await traefikCrdFile());
    await becomes('route', 'rss', readyIs({ status: 'True' }));
  });

  test('publishes the authority, and the Route’s certificate is of it', async () => {
    const { metadata, status } = await get('home', 'home');
    expect(status).toMatchObject({ id: metadata.uid, ...readyIs({ status: 'True' }) });
    const authority = readPair(await get('secret', authorityKey.name, authorityKey.namespace));
    expect(status?.certificateAuthority).toBe(authority?.certificate.toString());
    const leaf = readPair(await get('secret', 'rss-tls'));
    expect(leaf && dnsNamesOf(leaf.certificate)).toEqual([`rss.${domain}`]);
    expect(leaf && authority && isSignedBy(leaf.certificate, authority.certificate)).toBe(true);
  });

  test('has Traefik’s own kinds take what the Route makes, without losing a field', async () => {
    expect((await get('ingressroute', 'rss')).spec).toEqual({
      entryPoints: ['websecure'],
      routes: [
        {
          kind: 'Rule',
          match: `Host(\`rss.${domain}\`)`,
          middlewares: [{ name: 'rss-mark' }, { name: 'rss-home-network' }],
          services: [{ kind: 'Service', name: 'rss', port: 8080 }],
        },
      ],
      tls: { secretName: 'rss-tls' },
    });
    const { uid } = (await get('route', 'rss')).metadata;
    expect((await get('middleware', 'rss-mark')).spec).toEqual({
      headers: { customResponseHeaders: { 'Hearth-Route': uid } },
    });
    expect((await get('middleware', 'rss-home-network')).spec).toMatchObject({
      ipAllowList: { sourceRange: expect.arrayContaining(['192.168.0.0/16']) },
    });
    await becomes('route', 'rss', {
      url: `https://rss.${domain}`,
      binding: { name: 'rss-binding' },
      conditions: condition('Reachable', { status: 'False', reason: 'NoAnswer' }),
    });
  });

  test('heals what others break', async () => {
    const before = await get('secret', 'rss-tls');
    await run('delete', 'secret', 'rss-tls', 'rss-binding', '-n', 'home');
    await run(
      'patch',
      'ingressroute',
      'rss',
      '-n',
      'home',
      '--type=merge',
      '-p',
      '{"spec":{"entryPoints":["web"]}}',
    );
    await eventually(async () => {
      expect((await get('secret', 'rss-tls')).data?.['tls.crt']).not.toBe(before.data?.['tls.crt']);
      expect((await get('secret', 'rss-binding')).data).toMatchObject({ host: expect.any(String) });
      expect((await get('ingressroute', 'rss')).spec).toMatchObject({ entryPoints: ['websecure'] });
    });
  });

  test('gives a host to the older Route, and to the next when that one goes', async () => {
    await apply(route('first', 'home', 'tv'));
    await becomes('route', 'first', readyIs({ status: 'True' }));
    // Ages are told in whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await apply(route('second', 'guest', 'tv'));
    await becomes(
      'route',
      'second',
      {
        conditions: condition('Stalled', {
          status: 'True',
          reason: 'HostTaken',
          message: expect.stringContaining('Route home/first'),
        }),
      },
      'guest',
    );
    expect((await kubectl(['get', 'ingressroute', '-n', 'guest', '-o', 'name'])).stdout).toBe('');
    await run('delete', 'route', 'first', '-n', 'home');
    await becomes(
      'route',
      'second',
      { url: `https://tv.${domain}`, ...readyIs({ status: 'True' }) },
      'guest',
    );
    expect((await get('ingressroute', 'second', 'guest')).spec).toMatchObject({
      tls: { secretName: 'second-tls' },
    });
  });

  test('keeps the identity provider’s host from a Route that claims it', async () => {
    await apply(route('login', 'guest', 'auth'));
    await becomes(
      'route',
      'login',
      { conditions: condition('Stalled', { reason: 'HostReserved' }) },
      'guest',
    );
  });

  test('replaces its authority when it moves to another domain, and says that phones must trust it', async () => {
    await apply(home({ domain: 'other.home.arpa', httpsPort: 8443 }));
    await becomes('home', 'home', {
      conditions: condition('AuthorityReplaced', { reason: 'DomainChanged' }),
    });
    await becomes('route', 'rss', {
      url: 'https://rss.other.home.arpa:8443',
      ...readyIs({ status: 'True' }),
    });
    const authority = readPair(await get('secret', authorityKey.name, authorityKey.namespace));
    expect(authority && isLimitedTo(authority.certificate, 'other.home.arpa')).toBe(true);
    await eventually(async () => {
      const leaf = readPair(await get('secret', 'rss-tls'));
      expect(leaf && authority && isSignedBy(leaf.certificate, authority.certificate)).toBe(true);
    });
    const events = await run('get', 'events.events.k8s.io', '-A', '-o', 'jsonpath={.items[*].reason}');
    expect(events).toContain('AuthorityReplaced');
  });
});

// cert-manager itself does not run here: that its API takes what is asked of it, and that its answer is used, is all
// that these tests show.
describe('a home with cert-manager', () => {
  const issuer = { certificateIssuer: { type: 'CertManager', name: 'letsencrypt' } };

  test('waits for cert-manager, then for the issuer, and goes on by itself when they come', async () => {
    await apply(home(issuer));
    await becomes('home', 'home', readyIs({ status: 'False', reason: 'CertManagerMissing' }));
    await becomes('route', 'rss', readyIs({ status: 'False', reason: 'CertManagerMissing' }));
    await run('apply', '--server-side', '-f', await certManagerCrdFolder());
    await becomes('home', 'home', readyIs({ status: 'False', reason: 'IssuerMissing' }));
    const spec = { selfSigned: {} };
    await apply({
      apiVersion: ClusterIssuer.apiVersion,
      kind: ClusterIssuer.kind,
      metadata: { name: 'letsencrypt' },
      spec,
    });
    await becomes('home', 'home', readyIs({ status: 'True' }));
    expect((await get('home', 'home')).status).not.toHaveProperty('certificateAuthority');
  });

  test('has its API take what the Route asks for, without losing a field', async () => {
    await becomes('route', 'rss', readyIs({ status: 'False', reason: 'CertificatePending' }));
    expect((await get('certificate', 'rss-tls')).spec).toEqual({
      secretName: 'rss-tls',
      dnsNames: [`rss.${domain}`],
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt' },
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth'],
      secretTemplate: { labels: { 'app.kubernetes.io/managed-by': 'hearth' } },
    });
  });

  test('uses the certificate when it comes', async () => {
    const { metadata } = await get('certificate', 'rss-tls');
    await apply(await issuedElsewhere());
    const done = {
      type: 'Ready',
      status: 'True',
      reason: 'Ready',
      message: 'Certificate is up to date',
      observedGeneration: metadata.generation,
      lastTransitionTime: new Date().toISOString(),
    };
    const patch = JSON.stringify({ status: { conditions: [done] } });
    await run(
      'patch',
      Certificate.plural,
      'rss-tls',
      '-n',
      'home',
      '--subresource=status',
      '--type=merge',
      '-p',
      patch,
    );
    await becomes('route', 'rss', { url: `https://rss.${domain}`, ...readyIs({ status: 'True' }) });
    expect((await get('ingressroute', 'rss')).spec).toMatchObject({
      routes: [{ match: `Host(\`rss.${domain}\`)` }],
      tls: { secretName: 'rss-tls' },
    });
  });

  /** The Secret as cert-manager writes it, with the labels that it was asked for. */
  async function issuedElsewhere(): Promise<Resource> {
    const root = readPair(tlsSecret(authorityKey, await makeAuthority('home.arpa', new Date())));
    if (root === undefined) throw new Error('the authority cannot be read');
    return tlsSecret(
      { namespace: 'home', name: 'rss-tls' },
      await signLeaf(root, `rss.${domain}`, new Date()),
    );
  }

  test('goes back to its own authority, and takes the order to cert-manager back', async () => {
    await apply(home());
    await becomes('route', 'rss', readyIs({ status: 'True' }));
    await eventually(async () => {
      const authority = readPair(await get('secret', authorityKey.name, authorityKey.namespace));
      const leaf = readPair(await get('secret', 'rss-tls'));
      expect(leaf && authority && isSignedBy(leaf.certificate, authority.certificate)).toBe(true);
    });
    expect((await kubectl(['get', 'certificate', '-n', 'home', '-o', 'name'])).stdout).toBe('');
  });
});
