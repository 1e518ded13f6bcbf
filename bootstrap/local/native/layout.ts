import { join } from 'node:path';
import { Failure } from '../../failure.ts';

/** The paths of one native cluster. All of them lie in its folder. */
export interface Layout {
  readonly name: string;
  readonly folder: string;
  readonly pki: string;
  readonly configuration: string;
  readonly etcd: string;
  readonly containerd: string;
  readonly socket: string;
  readonly kubelet: string;
  readonly podLogs: string;
  readonly volumes: string;
  readonly cni: string;
  readonly kubeconfig: string;
  readonly facts: string;
}

/** A socket's path may have 107 bytes (unix(7)); the longest here is this much longer than the folder's. */
const LONGEST_SOCKET = '/containerd/containerd.sock.ttrpc'.length;

/**
 * The layout of the cluster of that name in that folder.
 * @throws Failure when the folder's path can't hold a cluster.
 */
export function layoutOf(name: string, folder: string): Layout {
  if (folder.length + LONGEST_SOCKET > 107) {
    throw new Failure(
      `${folder} is too long a path for the sockets of a cluster; set HEARTH_HOME to a shorter one.`,
    );
  }
  // Overlay mounts separate their folders by colons and commas, and mount tables by white space.
  if (/[\s:,\\]/.test(folder)) {
    throw new Failure(`${folder} holds a character that mounts can't have; set HEARTH_HOME to a plain path.`);
  }
  const at = (...parts: string[]) => join(folder, ...parts);
  return {
    name,
    folder,
    pki: at('pki'),
    configuration: at('configuration'),
    etcd: at('etcd'),
    containerd: at('containerd'),
    socket: at('containerd', 'containerd.sock'),
    kubelet: at('kubelet'),
    podLogs: at('pod-logs'),
    volumes: at('volumes'),
    cni: at('cni'),
    kubeconfig: at('kubeconfig'),
    facts: at('facts.json'),
  };
}
