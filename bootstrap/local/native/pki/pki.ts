import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, writeWhole } from '../../../files.ts';
import type { Layout } from '../layout.ts';
import { NETWORK } from '../network.ts';
import { type CertificateRequest, createAuthority, isCurrent, issue, type KeyPair } from './certificates.ts';

/** Who needs a certificate of which authority. The cluster's and etcd's are apart: no client of one is of the other. */
const CERTIFICATES = {
  'etcd-server': {
    authority: 'etcd-ca',
    request: server('etcd', ['localhost', '127.0.0.1'], ['server', 'client']),
  },
  'etcd-client': { authority: 'etcd-ca', request: client('kube-apiserver') },
  apiserver: { authority: 'ca', request: server('kube-apiserver', apiHosts()) },
  'apiserver-kubelet-client': {
    authority: 'ca',
    request: client('kube-apiserver-kubelet-client', 'system:masters'),
  },
  'kubelet-server': { authority: 'ca', request: server('kubelet', [NETWORK.nodeAddress]) },
  kubelet: { authority: 'ca', request: client('system:node:NODE', 'system:nodes') },
  'kube-controller-manager': { authority: 'ca', request: client('system:kube-controller-manager') },
  'kube-scheduler': { authority: 'ca', request: client('system:kube-scheduler') },
  'kube-proxy': { authority: 'ca', request: client('system:kube-proxy') },
  admin: { authority: 'ca', request: client('kiko', 'system:masters') },
} as const satisfies Record<string, { authority: AuthorityName; request: CertificateRequest }>;

/** The name of a certificate. */
type CertificateName = keyof typeof CERTIFICATES;
type AuthorityName = 'ca' | 'etcd-ca';

/** The certificates of a cluster. */
export interface Pki {
  readonly authority: string;
  readonly pairs: Readonly<Record<CertificateName, KeyPair>>;
}

function client(commonName: string, organization?: string): CertificateRequest {
  return { commonName, usages: ['client'], ...(organization ? { organization } : {}) };
}

function server(commonName: string, hosts: string[], usages: CertificateRequest['usages'] = ['server']) {
  return { commonName, hosts, usages };
}

function apiHosts(): string[] {
  const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const full = `kubernetes.default.svc.${NETWORK.clusterDomain}`;
  return [...service, full, 'localhost', '127.0.0.1', NETWORK.nodeAddress, NETWORK.apiServiceAddress];
}

/** The file that holds a pair, certificate first. Kubernetes and etcd take one file for both. */
export const pairFile = (layout: Layout, name: string): string => join(layout.pki, `${name}.pem`);

/** The file that holds an authority's certificate alone. */
export const authorityFile = (layout: Layout, name: AuthorityName): string => join(layout.pki, `${name}.crt`);

/** The key that signs the tokens of ServiceAccounts, and its public half. */
export const tokenKeyFile = (layout: Layout): string => join(layout.pki, 'service-accounts.key');
export const tokenPublicKeyFile = (layout: Layout): string => join(layout.pki, 'service-accounts.pub');

/**
 * Sees to it that every key and certificate is there and current. What is, is kept. A pair is one file, so that a
 * run cut off in the middle never leaves a certificate beside another one's key.
 */
export async function ensurePki(layout: Layout, now: Date): Promise<Pki> {
  const authorities = {
    ca: await ensureAuthority(layout, 'ca', 'hearth local cluster', now),
    'etcd-ca': await ensureAuthority(layout, 'etcd-ca', 'hearth local etcd', now),
  };
  const pairs: Partial<Record<CertificateName, KeyPair>> = {};
  for (const name of Object.keys(CERTIFICATES) as CertificateName[]) {
    const { authority, request } = CERTIFICATES[name];
    pairs[name] = await ensureLeaf(layout, name, authorities[authority], forNode(request, layout.name), now);
  }
  await ensureTokenKey(layout);
  return { authority: authorities.ca.certificate, pairs: pairs as Record<CertificateName, KeyPair> };
}

/** A kubelet is known to the API server by its node's name (the Node authorizer). */
const forNode = (request: CertificateRequest, node: string): CertificateRequest => ({
  ...request,
  commonName: request.commonName.replace('NODE', node),
});

async function ensureAuthority(
  layout: Layout,
  name: AuthorityName,
  title: string,
  now: Date,
): Promise<KeyPair> {
  const pair = (await readPair(layout, name)) ?? (await createAuthority(title, now));
  await writeWhole(pairFile(layout, name), pair.certificate + pair.key);
  await writeWhole(authorityFile(layout, name), pair.certificate, 0o644);
  return pair;
}

async function ensureLeaf(
  layout: Layout,
  name: CertificateName,
  authority: KeyPair,
  request: CertificateRequest,
  now: Date,
): Promise<KeyPair> {
  const before = await readPair(layout, name);
  if (before && isCurrent(before.certificate, authority, request, now)) return before;
  const pair = await issue(authority, request, now);
  await writeWhole(pairFile(layout, name), pair.certificate + pair.key);
  return pair;
}

async function readPair(layout: Layout, name: string): Promise<KeyPair | undefined> {
  return splitPair((await readIfThere(pairFile(layout, name))) ?? '');
}

/** Takes a file of certificate and key apart; undefined unless both are there. */
export function splitPair(text: string): KeyPair | undefined {
  const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/.exec(text)?.[0];
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/.exec(text)?.[0];
  return certificate && key ? { certificate, key } : undefined;
}

async function ensureTokenKey(layout: Layout): Promise<void> {
  const key = (await readIfThere(tokenKeyFile(layout))) || newTokenKey();
  await writeWhole(tokenKeyFile(layout), key);
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' });
  await writeWhole(tokenPublicKeyFile(layout), publicKey.toString(), 0o644);
}

function newTokenKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
