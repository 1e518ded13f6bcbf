import { join } from 'node:path';
import type { Facts } from './facts.ts';
import type { Layout } from './layout.ts';
import { NETWORK } from './network.ts';
import { authorityFile, pairFile, tokenKeyFile, tokenPublicKeyFile } from './pki/pki.ts';

/** The binaries that a node runs, by the names that `toolchain.ts` knows them by. */
export const NODE_TOOLS = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'kube-log-runner',
  'kubectl',
  'coredns',
  'local-path-provisioner',
  'pause',
  'volume',
] as const;

/** The processes of a node, by name. */
export type ComponentName =
  | 'etcd'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'containerd'
  | 'kubelet'
  | 'kube-proxy';

/** The files that Kiko writes for the processes to read. */
export const configurationFile = (layout: Layout, name: string): string => join(layout.configuration, name);

/** The kubeconfig that a component reads. */
export const componentKubeconfig = (layout: Layout, name: string): string =>
  configurationFile(layout, `${name}.kubeconfig`);

/** The API server's address, for everyone on the machine and in its pods. */
export const apiServer = (facts: Facts): string => `https://${NETWORK.nodeAddress}:${facts.ports.apiserver}`;

/** The arguments of every process of a node. Pure: the same facts give the same arguments. */
export function componentArguments(layout: Layout, facts: Facts): Record<ComponentName, string[]> {
  return {
    etcd: flags(etcd(layout, facts)),
    'kube-apiserver': flags(kubeApiserver(layout, facts)),
    'kube-controller-manager': flags(controllerManager(layout, facts)),
    'kube-scheduler': flags(scheduler(layout, facts)),
    containerd: ['--config', configurationFile(layout, 'containerd.toml')],
    kubelet: flags({
      config: configurationFile(layout, 'kubelet.yaml'),
      kubeconfig: componentKubeconfig(layout, 'kubelet'),
      'root-dir': layout.kubelet,
      'cert-dir': join(layout.kubelet, 'pki'),
      'hostname-override': layout.name,
      'node-ip': NETWORK.nodeAddress,
    }),
    'kube-proxy': flags({ config: configurationFile(layout, 'kube-proxy.yaml') }),
  };
}

const flags = (values: Readonly<Record<string, string | number | boolean>>): string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

function etcd(layout: Layout, { ports }: Facts): Record<string, string | boolean> {
  const client = `https://127.0.0.1:${ports.etcd}`;
  const peer = `https://127.0.0.1:${ports.etcdPeer}`;
  const pair = pairFile(layout, 'etcd-server');
  const authority = authorityFile(layout, 'etcd-ca');
  return {
    name: layout.name,
    'data-dir': layout.etcd,
    'listen-client-urls': client,
    'advertise-client-urls': client,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `${layout.name}=${peer}`,
    'cert-file': pair,
    'key-file': pair,
    'client-cert-auth': true,
    'trusted-ca-file': authority,
    'peer-cert-file': pair,
    'peer-key-file': pair,
    'peer-client-cert-auth': true,
    'peer-trusted-ca-file': authority,
    'log-level': 'warn',
  };
}

function kubeApiserver(layout: Layout, { ports }: Facts): Record<string, string | number | boolean> {
  const etcdClient = pairFile(layout, 'etcd-client');
  const serving = pairFile(layout, 'apiserver');
  const kubeletClient = pairFile(layout, 'apiserver-kubelet-client');
  return {
    'advertise-address': NETWORK.nodeAddress,
    'bind-address': NETWORK.nodeAddress,
    'secure-port': ports.apiserver,
    'etcd-servers': `https://127.0.0.1:${ports.etcd}`,
    'etcd-cafile': authorityFile(layout, 'etcd-ca'),
    'etcd-certfile': etcdClient,
    'etcd-keyfile': etcdClient,
    'tls-cert-file': serving,
    'tls-private-key-file': serving,
    'client-ca-file': authorityFile(layout, 'ca'),
    'kubelet-certificate-authority': authorityFile(layout, 'ca'),
    'kubelet-client-certificate': kubeletClient,
    'kubelet-client-key': kubeletClient,
    'kubelet-preferred-address-types': 'InternalIP',
    'authorization-mode': 'Node,RBAC',
    'enable-admission-plugins': 'NodeRestriction',
    'allow-privileged': true,
    'service-cluster-ip-range': NETWORK.serviceCIDR,
    'service-account-issuer': `https://kubernetes.default.svc.${NETWORK.clusterDomain}`,
    'service-account-signing-key-file': tokenKeyFile(layout),
    'service-account-key-file': tokenPublicKeyFile(layout),
    profiling: false,
  };
}

function controllerManager(layout: Layout, { ports }: Facts): Record<string, string | number | boolean> {
  return {
    ...ownKubeconfig(layout, 'kube-controller-manager'),
    'secure-port': ports.controllerManager,
    'service-account-private-key-file': tokenKeyFile(layout),
    'root-ca-file': authorityFile(layout, 'ca'),
    'cluster-signing-cert-file': pairFile(layout, 'ca'),
    'cluster-signing-key-file': pairFile(layout, 'ca'),
    'use-service-account-credentials': true,
    controllers: '*',
  };
}

function scheduler(layout: Layout, { ports }: Facts): Record<string, string | number | boolean> {
  return { ...ownKubeconfig(layout, 'kube-scheduler'), 'secure-port': ports.scheduler };
}

/** With one replica there is no leader to elect, and no lease to wait out after a kill. */
function ownKubeconfig(layout: Layout, name: string): Record<string, string | boolean> {
  const file = componentKubeconfig(layout, name);
  return {
    kubeconfig: file,
    'authentication-kubeconfig': file,
    'authorization-kubeconfig': file,
    'bind-address': '127.0.0.1',
    'leader-elect': false,
    profiling: false,
  };
}
