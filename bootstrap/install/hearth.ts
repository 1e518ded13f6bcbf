import { Failure } from '../failure.ts';
import { applyObjects, type Kubectl, kubectlFor } from '../kubectl.ts';
import type { LocalCluster } from '../local/cluster.ts';
import { ensureTools } from '../local/native/toolchain.ts';
import type { Progress, Step } from '../steps.ts';
import { waitUntil } from '../waiting.ts';
import { foundGateway, installGateway } from './gateway.ts';
import { type Helm, helmFor } from './helm.ts';
import {
  gatewayObjects,
  type HomeWishes,
  homeFacts,
  homeObject,
  namespaceObjects,
  SYSTEM_NAMESPACE,
} from './home.ts';
import { type GivenImages, giveImages, givenImages, type LocalImage } from './images.ts';

interface Tools {
  readonly kubectl: Kubectl;
  readonly helm: Helm;
}

/** What Hearth is installed with. */
export interface InstallWishes extends HomeWishes {
  /** Images to build here because they can't be pulled. */
  readonly images: readonly LocalImage[];
  /** Whether what happens in the home is recorded. */
  readonly events: boolean;
}

/** Installs Hearth into a cluster that is up: images, kinds, gateway, home, operators and catalogue. */
export function installSteps(cluster: LocalCluster, wishes: InstallWishes): readonly Step[] {
  return [
    {
      title: 'Give the node its images',
      run: async (progress) => void (await giveImages(cluster, wishes.images, progress)),
    },
    { title: 'Install Hearth', run: (progress) => install(cluster, wishes, progress) },
    { title: 'Wait for the operators', run: (progress) => waitForOperators(cluster, progress) },
    ...(wishes.events
      ? [{ title: 'Wait for the event sink', run: (progress: Progress) => waitForEvents(cluster, progress) }]
      : []),
  ];
}

/** The kinds of what is made within a moment: of the others, some time passes before the first. */
const usedKinds = ['homes.hearth.dev', 'routes.apps.hearth.dev', 'ssoclients.apps.hearth.dev'];

async function install(cluster: LocalCluster, wishes: InstallWishes, progress: Progress): Promise<void> {
  const { helm, kubectl } = await toolsFor(cluster, progress);
  const image = (part: string) =>
    wishes.images.find(({ recipe }) => recipe.name.includes(`/${part}:`))?.recipe.name;
  progress('the kinds of resources');
  await helm({ name: 'hearth-crds', namespace: SYSTEM_NAMESPACE });
  await waitUntil('That the kinds are known', () => areKnown(kubectl, usedKinds), { seconds: 60 });
  const facts = await homeFacts(kubectl, wishes);
  progress('the gateway');
  const gateway =
    (await foundGateway(kubectl)) ??
    (await installGateway({ kubectl, helm }, image('traefik'), await cluster.httpsPort()));
  progress('the home');
  // Before anything in it keeps data: it says whether that is a demonstration's.
  await applyObjects(kubectl, [...namespaceObjects(), homeObject(facts, wishes.images, gateway)]);
  progress('the operators');
  const given = await givenImages(cluster);
  const eventSink = { enabled: wishes.events, ...imageValues(image('event-sink'), given) };
  const values = { ...imageValues(image('operators'), given), eventSink };
  await helm({ name: 'hearth', namespace: SYSTEM_NAMESPACE, values });
  progress('the catalogue');
  await helm({ name: 'catalogue', namespace: SYSTEM_NAMESPACE });
  await applyObjects(kubectl, gatewayObjects(facts, gateway));
}

const DEPLOYMENT = ['deployment/hearth-operators', '-n', SYSTEM_NAMESPACE];

/** Kubectl's own wait fails on a kind that was made just now: its conditions are null. */
async function areKnown(kubectl: Kubectl, kinds: readonly string[]): Promise<boolean> {
  const path = '{.items[*].status.conditions[?(@.type=="Established")].status}';
  const known = await kubectl(['get', 'crd', ...kinds, `--output=jsonpath=${path}`]).catch(() => '');
  return known === kinds.map(() => 'True').join(' ');
}

async function waitForOperators(cluster: LocalCluster, progress: Progress): Promise<void> {
  const { kubectl } = await toolsFor(cluster, progress);
  await kubectl(['rollout', 'status', ...DEPLOYMENT, '--timeout=120s']).catch(async () => {
    const log = await kubectl(['logs', ...DEPLOYMENT, '--tail=5']).catch(() => 'they have written nothing');
    throw new Failure(
      `The operators don’t start; \`kiko logs hearth-operators\` tells more. Their last words: ${log.trim()}`,
    );
  });
  await kubectl(['wait', 'home/home', '--for=condition=Ready', '--timeout=60s']);
  await kubectl(['wait', 'app/traefik', '-n', 'hearth-providers', '--for=condition=Ready', '--timeout=120s']);
}

const STATEFUL_SET = ['statefulset/hearth-events', '-n', SYSTEM_NAMESPACE];

async function waitForEvents(cluster: LocalCluster, progress: Progress): Promise<void> {
  const { kubectl } = await toolsFor(cluster, progress);
  await kubectl(['rollout', 'status', ...STATEFUL_SET, '--timeout=120s']).catch(async () => {
    const log = await kubectl(['logs', ...STATEFUL_SET, '--tail=5']).catch(() => 'it has written nothing');
    throw new Failure(
      `The event sink doesn’t start; kiko up --no-events leaves it out. Its last words: ${log.trim()}`,
    );
  });
  await kubectl([
    'wait',
    'route/hearth-events',
    '-n',
    SYSTEM_NAMESPACE,
    '--for=condition=Ready',
    '--timeout=60s',
  ]);
}

async function toolsFor(cluster: LocalCluster, progress: Progress): Promise<Tools> {
  const tools = await ensureTools(['kubectl', 'helm'], progress);
  return {
    kubectl: kubectlFor(tools.kubectl, cluster.kubeconfig),
    helm: helmFor(tools, cluster.kubeconfig, progress),
  };
}

function imageValues(image: string | undefined, given: GivenImages): Record<string, unknown> {
  if (image === undefined) return {};
  // The name of a locally built image stays the same; its archive's name tells when pods must start anew.
  return { image, imageDigest: given[image] ?? '' };
}
