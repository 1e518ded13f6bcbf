import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { joinToken, Machine as MachineKind } from '@hearth/domain';
import { loadCluster, Secret } from '@hearth/runtime';
import { type ApiClient, openApiClient } from '../app/api-client.ts';
import { namespace } from '../app/objects.ts';
import { generated, operatorKubeconfig } from '../app/rights.ts';
import { startControlPlane } from '../harness/control-plane.ts';
import { startControllerManager } from '../harness/controller-manager.ts';
import { installDefinitions } from '../harness/definitions.ts';
import { type Kubectl, kubectlOf } from '../harness/kubectl.ts';
import { relayTo } from '../harness/relay.ts';
import { createFlake, type ToyFlake, type ToySystem } from './flakes.ts';
import { type GitServer, startGitServer } from './git-server.ts';
import { createMachine, type Machine, type MachineOptions } from './machine.ts';
import { type NioProcess, startNio } from './nio-process.ts';
import { openSite, type Site } from './site.ts';

/** The namespace of machines. */
export const MACHINES = 'hearth-machines';

/** A home with machines: a real API, NIO as it ships, a git server, and a place to plug machines in. */
export interface MachinesHome {
  readonly site: Site;
  readonly git: GitServer;
  /** An administrator's. */
  readonly kubeconfig: string;
  readonly client: ApiClient;
  readonly kubectl: Kubectl;
  readonly nio: NioProcess;
  /** Makes a flake of one system, called like it, and gives its URL as a NixOSConfiguration names it. */
  flake(name: string, system: ToySystem): Promise<HomeFlake>;
  /** Makes a join token, which lets one machine in. */
  token(): Promise<string>;
  /** Makes a machine with the real agent, its golden system installed; it is off. */
  machine(options: HomeMachine): Promise<Machine>;
  close(): Promise<void>;
}

/** A flake that machines of the home can fetch. */
export interface HomeFlake extends ToyFlake {
  readonly url: string;
  readonly revision: string;
}

/** A machine that is to come into the home. */
interface HomeMachine extends Partial<Omit<MachineOptions, 'agent' | 'hosts'>> {
  readonly name: string;
  /** Lets it in without anybody who compares codes. */
  readonly token?: string;
  /** Whether it is told where NIO is, and with which key, which is the rule; or has to ask the network for it. */
  readonly finds?: 'as told' | 'by asking';
}

/** What a home is opened with. */
export interface HomeOptions {
  /** A certificate authority that NIO trusts beside the public ones: a file. */
  readonly authority?: string;
}

const AGENT = join(import.meta.dirname, '../../operators/agent/main.ts');

/** Opens a home with nothing in it. */
export async function openMachinesHome({ authority }: HomeOptions = {}): Promise<MachinesHome> {
  // What is open already is closed again where the rest can't be.
  await using opened = new AsyncDisposableStack();
  const { folder, ...parts } = await openParts(opened, authority);
  const { site, git, nio, client } = parts;
  const flake = async (name: string, system: ToySystem): Promise<HomeFlake> => {
    const made = await createFlake(folder, name);
    return { ...made, url: `git+${git.url(name)}`, revision: await made.commit({ [name]: system }) };
  };
  let golden: Promise<HomeFlake> | undefined;
  const all = opened.move();
  return {
    ...parts,
    flake,
    token: () => makeToken(client),
    async machine({ token, finds = 'as told', ...options }) {
      golden ??= flake('golden', {});
      const { revision, ...repository } = await golden;
      const nioFlags = finds === 'as told' ? ['--nio', nio.url, '--nio-key', nio.pin] : [];
      const flags = [...nioFlags, '--log-level', 'debug'];
      const machine = await createMachine(site, {
        golden: { flake: repository, revision, attribute: 'golden' },
        hosts: [`${site.address} kubernetes`],
        agent: [process.execPath, AGENT, ...flags, ...(token ? ['--join-token-file', TOKEN] : [])],
        ...options,
      });
      if (token) await writeToken(machine, token);
      return machine;
    },
    close: () => all.disposeAsync(),
  };
}

type Part = 'site' | 'git' | 'kubeconfig' | 'client' | 'kubectl' | 'nio';

async function openParts(
  opened: AsyncDisposableStack,
  authority: string | undefined,
): Promise<Pick<MachinesHome, Part> & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-machines-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const plane = await startControlPlane();
  opened.defer(plane.stop);
  const { kubeconfig } = plane;
  const kubectl = await kubectlOf(kubeconfig);
  await installDefinitions(kubectl);
  const cluster = await loadCluster({ kubeconfig });
  const client = openApiClient(cluster);
  opened.defer(client.close);
  await client.apply(namespace(MACHINES));
  const operator = await operatorKubeconfig(kubectl, plane, ['nio']);
  await create(kubectl, await generated('admission-nio.yaml'));
  opened.defer(await startControllerManager(kubeconfig));
  const site = await openSite();
  opened.defer(site.close);
  const git = await startGitServer(folder, site.address);
  opened.defer(git.close);
  const port = Number(new URL(cluster.server).port);
  const relay = await relayTo({ host: '127.0.0.1', port }, site.address);
  opened.defer(relay.close);
  // The API server's certificate names it so; each machine's /etc/hosts says where that is.
  const apiServer = `https://kubernetes:${relay.port}`;
  const nio = await startNio({ kubeconfig: operator, apiServer, address: site.address, folder, authority });
  opened.defer(nio.kill);
  return { folder, site, git, kubeconfig, client, kubectl, nio };
}

const TOKEN = '/etc/hearth/join-token';

async function writeToken(machine: Machine, token: string): Promise<void> {
  const file = machine.diskPath(TOKEN);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, token, { mode: 0o600 });
}

async function makeToken(client: ApiClient): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await client.apply({
    apiVersion: Secret.apiVersion,
    kind: Secret.kind,
    metadata: {
      name: `join-${randomBytes(4).toString('hex')}`,
      namespace: MACHINES,
      labels: { [joinToken.label]: '' },
    },
    ...{ type: joinToken.type, stringData: { token } },
  });
  return token;
}

async function create(kubectl: Kubectl, items: readonly object[]): Promise<void> {
  const { ok, stderr } = await kubectl(['create', '-f', '-'], { apiVersion: 'v1', kind: 'List', items });
  if (!ok) throw new Error(stderr);
}

/** The Machine of a name. */
export const machineOf = (client: ApiClient, name: string): Promise<MachineKind | undefined> =>
  client.get(MachineKind, { namespace: MACHINES, name });
