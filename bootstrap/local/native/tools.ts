import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Binaries of one pinned Go module: a folder here with its go.mod and go.sum, and what is built from it. */
export interface ToolModule {
  /** Folder below `bootstrap/tools`. */
  readonly folder: string;
  /** Whether the module's own source lies in the folder, beside its go.mod. */
  readonly ours?: boolean;
  readonly ldflags: string;
  /** Binary name to Go package path. */
  readonly packages: Readonly<Record<string, string>>;
}

const STRIP = '-s -w';
const KUBERNETES = 'k8s.io/kubernetes/cmd';

/** The Kubernetes version that `bootstrap/tools/kubernetes/go.mod` pins. */
const KUBERNETES_VERSION = 'v1.34.4';

const kubernetesCommands = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubelet',
  'kubectl',
];

/** Every binary that Kiko builds for itself. To add one: a folder with a go.mod, and an entry here. */
export const TOOL_MODULES: readonly ToolModule[] = [
  {
    folder: 'kubernetes',
    ldflags: `${STRIP} -X k8s.io/component-base/version.gitVersion=${KUBERNETES_VERSION}`,
    packages: {
      ...Object.fromEntries(kubernetesCommands.map((command) => [command, `${KUBERNETES}/${command}`])),
      'kube-log-runner': 'k8s.io/component-base/logs/kube-log-runner',
    },
  },
  { folder: 'etcd', ldflags: STRIP, packages: { etcd: 'go.etcd.io/etcd/server/v3' } },
  { folder: 'coredns', ldflags: STRIP, packages: { coredns: 'github.com/coredns/coredns' } },
  { folder: 'helm', ldflags: STRIP, packages: { helm: 'helm.sh/helm/v4/cmd/helm' } },
  {
    folder: 'local-path-provisioner',
    ldflags: STRIP,
    packages: { 'local-path-provisioner': 'github.com/rancher/local-path-provisioner' },
  },
  {
    folder: 'traefik',
    ldflags: `${STRIP} -X github.com/traefik/traefik/v3/pkg/version.Version=3.7.13`,
    packages: { traefik: 'github.com/traefik/traefik/v3/cmd/traefik' },
  },
  {
    folder: 'node',
    ours: true,
    ldflags: STRIP,
    packages: { pause: 'hearth.dev/tools/node/pause', volume: 'hearth.dev/tools/node/volume' },
  },
];

/** The folder of the pinned modules. */
export const TOOLS_FOLDER = join(import.meta.dirname, '../../tools');

/** The module that holds a binary. @throws Error when there is none: a defect in the caller. */
export function moduleOf(tool: string, modules: readonly ToolModule[] = TOOL_MODULES): ToolModule {
  const found = modules.find((module) => tool in module.packages);
  if (!found) throw new Error(`No pinned module builds ${tool}.`);
  return found;
}

/** The arguments of the one `go build` that writes these binaries of a module below `target`. */
export function buildArguments(module: ToolModule, tool: string, target: string): string[] {
  const source = module.packages[tool];
  if (!source) throw new Error(`${module.folder} does not build ${tool}.`);
  return ['build', '-trimpath', '-ldflags', module.ldflags, '-o', target, source];
}

/**
 * A name for exactly these binaries: the digest of the pins, the flags and, for our own modules, the sources.
 * Other pins are built beside, never over, what a running cluster uses.
 */
export async function moduleDigest(module: ToolModule, folder: string = TOOLS_FOLDER): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify(module));
  for (const file of await pinFiles(module, join(folder, module.folder))) digest.update(await readFile(file));
  return digest.digest('hex').slice(0, 16);
}

async function pinFiles(module: ToolModule, folder: string): Promise<string[]> {
  if (!module.ours) return [join(folder, 'go.mod'), join(folder, 'go.sum')];
  const sources = Object.keys(module.packages).map((command) => join(folder, command, 'main.go'));
  return [join(folder, 'go.mod'), ...sources];
}
