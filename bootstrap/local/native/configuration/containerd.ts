import { join } from 'node:path';
import type { Layout } from '../layout.ts';
import { NETWORK } from '../network.ts';

/** Where Debian's containernetworking-plugins, and other distributions, put the CNI plugins. */
export const CNI_FOLDERS = ['/usr/lib/cni', '/opt/cni/bin', '/usr/libexec/cni'] as const;

/**
 * containerd's own configuration: root, state, sockets and network namespaces all below the cluster's folder, so
 * that another containerd of the machine is never touched.
 */
export function containerdConfiguration(layout: Layout, sandboxImage: string, cniFolder: string): string {
  const at = (...parts: string[]) => quote(join(layout.containerd, ...parts));
  return `version = 2
root = ${at('root')}
state = ${at('state')}

[grpc]
  address = ${quote(layout.socket)}

[plugins."io.containerd.internal.v1.opt"]
  path = ${at('opt')}

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = ${quote(sandboxImage)}
  netns_mounts_under_state_dir = true
  # A machine without CAP_SYS_RESOURCE can't lower a container's OOM score; where it can be, nothing changes.
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = ${quote(cniFolder)}
    conf_dir = ${quote(layout.cni)}

  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      Root = ${at('runc')}
`;
}

/** A TOML basic string is quoted and escaped as JSON is. */
const quote = (text: string): string => JSON.stringify(text);

/**
 * The network that pods are joined to: the node's bridge, addresses handed out on the host, host ports, and
 * accepting what a strict FORWARD policy (Docker's, for one) would drop.
 */
export function cniConfiguration(layout: Layout, mtu: number | undefined): string {
  const bridge = {
    type: 'bridge',
    bridge: NETWORK.bridge,
    isGateway: true,
    ipMasq: true,
    hairpinMode: true,
    promiscMode: false,
    ...(mtu === undefined ? {} : { mtu }),
    ipam: {
      type: 'host-local',
      ranges: [[{ subnet: NETWORK.podCIDR, gateway: NETWORK.nodeAddress }]],
      routes: [{ dst: '0.0.0.0/0' }],
      dataDir: join(layout.folder, 'addresses'),
    },
  };
  const plugins = [bridge, { type: 'portmap', capabilities: { portMappings: true } }, { type: 'firewall' }];
  return JSON.stringify({ cniVersion: '0.4.0', name: CNI_NETWORK, plugins }, undefined, 2);
}

/** The name of that network, by which its records in `/var/lib/cni` are known. */
export const CNI_NETWORK = 'hearth';
