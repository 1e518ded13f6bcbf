import { join } from 'node:path';
import { cgroupRoot, type PortName } from '../facts.ts';
import type { Layout } from '../layout.ts';
import { NETWORK } from '../network.ts';
import { authorityFile, pairFile } from '../pki/pki.ts';

/** The kubelet's configuration (kubelet.config.k8s.io/v1beta1). */
export function kubeletConfiguration(
  layout: Layout,
  ports: Readonly<Record<PortName, number>>,
  resolvConf: string,
): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: NETWORK.nodeAddress,
    port: ports.kubelet,
    healthzPort: ports.kubeletHealth,
    readOnlyPort: 0,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: authorityFile(layout, 'ca') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: pairFile(layout, 'kubelet-server'),
    tlsPrivateKeyFile: pairFile(layout, 'kubelet-server'),
    clusterDNS: [NETWORK.dnsAddress],
    clusterDomain: NETWORK.clusterDomain,
    resolvConf,
    containerRuntimeEndpoint: `unix://${layout.socket}`,
    podLogsDir: layout.podLogs,
    volumePluginDir: join(layout.kubelet, 'volume-plugins'),
    // A ConfigMap that a pod has mounted is fresh within this time.
    syncFrequency: '10s',
    ...resources(layout),
  };
}

/** How the kubelet keeps house on a machine that is somebody's desk as well. */
function resources(layout: Layout): object {
  return {
    cgroupDriver: 'cgroupfs',
    cgroupRoot: cgroupRoot(layout.name),
    failCgroupV1: false,
    enforceNodeAllocatable: [],
    failSwapOn: false,
    // Images are imported, not pulled: one that was collected would be gone for good.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '500Mi',
      'imagefs.available': '500Mi',
      'nodefs.inodesFree': '1%',
    },
  };
}

/** kube-proxy's configuration (kubeproxy.config.k8s.io/v1alpha1). The machine's conntrack limits stay as they are. */
export function kubeProxyConfiguration(
  layout: Layout,
  ports: Readonly<Record<PortName, number>>,
  kubeconfig: string,
): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'iptables',
    clusterCIDR: NETWORK.podCIDR,
    hostnameOverride: layout.name,
    clientConnection: { kubeconfig },
    healthzBindAddress: `127.0.0.1:${ports.proxyHealth}`,
    metricsBindAddress: `127.0.0.1:${ports.proxyMetrics}`,
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
