import { applyObjects, type Kubectl, kubectlFor } from '../kubectl.ts';
import type { LocalCluster } from '../local/cluster.ts';
import { ensureTools } from '../local/native/toolchain.ts';
import type { Progress, Step } from '../steps.ts';
import { foundGateway, type Gateway, installGateway } from './gateway.ts';
import { type Helm, helmFor } from './helm.ts';
import { type HomeWishes, homeObjects, namespaceObjects } from './home.ts';
import { type GivenImages, giveImages } from './images.ts';

/** The namespace of the suite. */
export const SYSTEM_NAMESPACE = 'hearth-system';

const OPERATORS = 'operators';

interface Tools {
  readonly kubectl: Kubectl;
  readonly helm: Helm;
}

/** Installs Hearth into a cluster that is up: images, kinds, operators, gateway, home and catalogue. */
export function installSteps(cluster: LocalCluster, wishes: HomeWishes): readonly Step[] {
  let given: GivenImages = {};
  const localName = (part: string) =>
    wishes.images.find(({ recipe }) => recipe.name.includes(`/${part}:`))?.recipe.name;
  return [
    {
      title: 'Give the node its images',
      run: async (progress) => {
        given = await giveImages(cluster, wishes.images, progress);
      },
    },
    {
      title: 'Install Hearth',
      run: async (progress) => {
        const tools = await toolsFor(cluster, progress);
        progress('the kinds of resources');
        await tools.helm({ name: 'hearth-crds', namespace: SYSTEM_NAMESPACE });
        progress('the operators');
        await tools.helm({
          name: 'hearth',
          namespace: SYSTEM_NAMESPACE,
          values: operatorValues(localName(OPERATORS), given),
        });
        progress('the gateway');
        const gateway = await gatewayOf(cluster, tools, localName('traefik'));
        progress('the catalogue');
        await tools.helm({ name: 'catalogue', namespace: SYSTEM_NAMESPACE });
        progress('the home');
        await applyObjects(tools.kubectl, [...namespaceObjects(), ...homeObjects(wishes, gateway)]);
      },
    },
    {
      title: 'Wait for the operators',
      run: async (progress) => {
        const { kubectl } = await toolsFor(cluster, progress);
        await kubectl([
          'rollout',
          'status',
          'deployment/hearth-operators',
          '-n',
          SYSTEM_NAMESPACE,
          '--timeout=180s',
        ]);
        await kubectl(['wait', 'home/home', '--for=condition=Ready', '--timeout=60s']);
        await kubectl([
          'wait',
          'app/traefik',
          '-n',
          'hearth-providers',
          '--for=condition=Ready',
          '--timeout=120s',
        ]);
      },
    },
  ];
}

async function toolsFor(cluster: LocalCluster, progress: Progress): Promise<Tools> {
  const tools = await ensureTools(['kubectl', 'helm'], progress);
  return {
    kubectl: kubectlFor(tools.kubectl, cluster.kubeconfig),
    helm: helmFor(tools.helm, cluster.kubeconfig),
  };
}

function operatorValues(image: string | undefined, given: GivenImages): Record<string, unknown> {
  if (image === undefined) return {};
  // The name of a locally built image stays the same; its archive's name tells when pods must start anew.
  return { image, imageDigest: given[image] ?? '' };
}

async function gatewayOf(cluster: LocalCluster, tools: Tools, image: string | undefined): Promise<Gateway> {
  return (
    (await foundGateway(tools.kubectl)) ?? (await installGateway(tools, image, await cluster.httpsPort()))
  );
}
