import { Resolver } from 'node:dns/promises';
import { chmod, mkdir } from 'node:fs/promises';
import { get } from 'node:https';
import { connect } from 'node:net';
import { applyObjects, type Kubectl, kubectlFor } from '../../kubectl.ts';
import type { Progress, Step } from '../../steps.ts';
import { waitUntil } from '../../waiting.ts';
import { ensurePrerequisites, missingPackages, NATIVE_PACKAGES } from '../prerequisites.ts';
import { dnsManifests } from './addons/dns.ts';
import { storageManifests } from './addons/storage.ts';
import { ensureCgroup, processesInCgroup } from './cgroups.ts';
import { apiServer, type ComponentName, componentArguments, NODE_TOOLS } from './components.ts';
import { filesRead, forgetPodsOfEarlierBoot, writeConfiguration } from './configure.ts';
import { cgroupRoot, currentBoot, type Facts, readFacts, settleFacts } from './facts.ts';
import {
  importArchive,
  importedImages,
  type SystemImage,
  type SystemImageName,
  systemImages,
} from './images.ts';
import type { Layout } from './layout.ts';
import { ensureNetwork, NETWORK } from './network.ts';
import { ensurePki } from './pki/pki.ts';
import { clusterProcesses, ensureProcess, isRunning, lastWords, withBoundedLog } from './processes.ts';
import { removeLinks } from './teardown/links.ts';
import { ensureTools, haveTools } from './toolchain.ts';

type NodeTools = Record<(typeof NODE_TOOLS)[number], string>;

/** What the later steps need of the earlier ones. */
interface Prepared {
  readonly layout: Layout;
  readonly tools: NodeTools;
  readonly facts: Facts;
  readonly authority: string;
  readonly images: Record<SystemImageName, SystemImage>;
}

/** Everything from a bare machine to a node that runs pods, resolves names and binds volumes. */
export function upSteps(layout: Layout): Step[] {
  const prepared = once((progress: Progress) => prepare(layout, progress));
  return [
    ...toolSteps(),
    { title: 'Prepare the node', run: async (progress) => void (await prepared(progress)) },
    {
      title: 'Start the control plane',
      run: async (progress) => {
        const node = await prepared(progress);
        await Promise.all([startControlPlane(node, progress), startRuntime(node)]);
      },
    },
    { title: 'Start the node', run: async (progress) => startNode(await prepared(progress), progress) },
  ];
}

/** Only as much as answers questions about what is stored: etcd and the API server. */
export function wakeSteps(layout: Layout): Step[] {
  const prepared = once((progress: Progress) => prepare(layout, progress));
  return [
    ...toolSteps(),
    {
      title: 'Wake the API server',
      run: async (progress) => startControlPlane(await prepared(progress), progress),
    },
  ];
}

function toolSteps(): Step[] {
  return [
    {
      title: 'Check prerequisites',
      done: async () => (await missingPackages(NATIVE_PACKAGES)).length === 0,
      run: (progress) => ensurePrerequisites(NATIVE_PACKAGES, progress),
    },
    {
      title: 'Build Kubernetes',
      done: () => haveTools(NODE_TOOLS),
      run: async (progress) => void (await ensureTools(NODE_TOOLS, progress)),
    },
  ];
}

/** Runs the first call only, and gives its result to all. */
function once<Argument, Result>(
  run: (argument: Argument) => Promise<Result>,
): (argument: Argument) => Promise<Result> {
  let result: Promise<Result> | undefined;
  return (argument) => {
    result ??= run(argument);
    return result;
  };
}

async function prepare(layout: Layout, progress: Progress): Promise<Prepared> {
  const tools = await ensureTools(NODE_TOOLS, progress);
  await mkdir(layout.folder, { recursive: true });
  await chmod(layout.folder, 0o700);
  const before = await readFacts(layout);
  if (before && before.boot !== (await currentBoot())) await forgetPodsOfEarlierBoot(layout);
  const facts = await settleFacts(layout, progress);
  const cgroup = cgroupRoot(layout.name);
  // Links that are there while nothing runs are leftovers; pods of theirs could hold addresses of new ones.
  if (clusterProcesses(layout.folder).length + processesInCgroup(cgroup).length === 0) await removeLinks();
  await ensureNetwork();
  await ensureCgroup(cgroup);
  progress('certificates');
  const pki = await ensurePki(layout, new Date());
  progress('images');
  const images = await systemImages(tools);
  await writeConfiguration(layout, facts, pki, images.pause.reference);
  // A volume's folder is open to all users of pods, and closed to those of the machine by the folders above it.
  await mkdir(layout.volumes, { recursive: true, mode: 0o755 });
  return { layout, tools, facts, authority: pki.authority, images };
}

async function ensureComponent(node: Prepared, name: ComponentName): Promise<void> {
  const { layout, facts, tools } = node;
  const command = name === 'containerd' ? 'containerd' : tools[name];
  const reads = await filesRead(layout, name);
  const spec = { name, command, arguments: componentArguments(layout, facts)[name], reads };
  await ensureProcess(layout.folder, withBoundedLog(layout.folder, spec, tools['kube-log-runner']));
}

/** A sentence when the component has ended by itself, to give up waiting for it. */
const hopelessWithout = (node: Prepared, name: ComponentName) => async (): Promise<string | undefined> => {
  if (isRunning(node.layout.folder, name)) return undefined;
  return `${name} ended while it was starting; its last words: ${await lastWords(node.layout.folder, name)}`;
};

async function startControlPlane(node: Prepared, progress: Progress): Promise<void> {
  await ensureComponent(node, 'etcd');
  await ensureComponent(node, 'kube-apiserver');
  progress('waiting for the API server');
  await waitUntil('That the API server is ready', () => isReady(node), {
    seconds: 120,
    hopeless: hopelessWithout(node, 'kube-apiserver'),
  });
}

/** Asks the API server whether it is ready, as anyone may; its certificate must be of our authority. */
function isReady(node: Prepared): Promise<boolean> {
  return new Promise((resolve) => {
    const url = `${apiServer(node.facts)}/readyz`;
    const request = get(url, { ca: node.authority, timeout: 5000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
  });
}

async function startRuntime(node: Prepared): Promise<void> {
  const { layout, images } = node;
  await ensureComponent(node, 'containerd');
  await waitUntil('That containerd answers', () => accepts(layout.socket), {
    seconds: 60,
    hopeless: hopelessWithout(node, 'containerd'),
  });
  const there = new Set(await importedImages(layout.socket));
  for (const image of Object.values(images)) {
    if (!there.has(image.reference)) await importArchive(layout.socket, image.archive);
  }
}

function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });
}

/** The controller manager comes after the API server is ready: it ends when it does not find its RBAC roles. */
async function startNode(node: Prepared, progress: Progress): Promise<void> {
  const { layout, tools, images } = node;
  const names: ComponentName[] = ['kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy'];
  await Promise.all(names.map((name) => ensureComponent(node, name)));
  const kubectl = kubectlFor(tools.kubectl, layout.kubeconfig);
  progress('name service and storage');
  const storage = {
    provisioner: images['local-path-provisioner'].reference,
    helper: images.volume.reference,
  };
  await applyObjects(kubectl, [
    ...dnsManifests(images.coredns.reference),
    ...storageManifests(storage, layout.volumes),
  ]);
  progress('waiting for the node');
  await waitUntil('That the node is ready', () => nodeIsReady(kubectl, layout.name), {
    seconds: 120,
    everyMilliseconds: 500,
    hopeless: hopelessWithout(node, 'kubelet'),
  });
  progress('waiting for the name service');
  await waitUntil('That names are resolved', resolvesNames, { seconds: 120 });
  await kubectl(['rollout', 'status', 'deployment', '--namespace=local-path-storage', '--timeout=120s']);
}

async function nodeIsReady(kubectl: Kubectl, name: string): Promise<boolean> {
  const path = '{.status.conditions[?(@.type=="Ready")].status}';
  const status = await kubectl(['get', 'node', name, '--ignore-not-found', `--output=jsonpath=${path}`]);
  return status === 'True';
}

/**
 * Asks the cluster's name server for the API server's name. An answer proves more than a status that may be from
 * before a kill: that pods run, are reached by kube-proxy's rules, and reach the API.
 */
async function resolvesNames(): Promise<boolean> {
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([NETWORK.dnsAddress]);
  const addresses = await resolver
    .resolve4(`kubernetes.default.svc.${NETWORK.clusterDomain}`)
    .catch((): string[] => []);
  return addresses.includes(NETWORK.apiServiceAddress);
}
