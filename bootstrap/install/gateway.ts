import type { Kubectl } from '../kubectl.ts';
import { traefikCrdFile } from '../tools/module.ts';
import type { Helm } from './helm.ts';

/** The Service through which every app is reached. */
export interface Gateway {
  readonly namespace: string;
  readonly name: string;
  readonly httpsPort: number;
}

const own = { namespace: 'traefik', name: 'traefik' };

interface ServiceList {
  readonly items: readonly {
    readonly metadata: { readonly namespace: string; readonly name: string };
    readonly spec: { readonly ports: readonly { readonly name: string; readonly port: number }[] };
  }[];
}

/** The Traefik that the cluster brought itself, as k3s does; undefined where there is none but Kiko's own. */
export async function foundGateway(kubectl: Kubectl): Promise<Gateway | undefined> {
  const selector = 'app.kubernetes.io/name=traefik';
  const services = JSON.parse(
    await kubectl(['get', 'services', '-A', '-l', selector, '-o', 'json']),
  ) as ServiceList;
  for (const { metadata, spec } of services.items) {
    const https = spec.ports.find(({ name }) => name === 'websecure' || name === 'https');
    if (https) return { namespace: metadata.namespace, name: metadata.name, httpsPort: https.port };
  }
  return undefined;
}

/** Installs Traefik, on these ports of the machine. */
export async function installGateway(
  tools: { readonly kubectl: Kubectl; readonly helm: Helm },
  image: string | undefined,
  httpsPort: number,
): Promise<Gateway> {
  await tools.kubectl(['apply', '--server-side', '--force-conflicts', '-f', await traefikCrdFile()]);
  // Port 80 only sends browsers on; where another port than 443 is used, it is another program's.
  const ports = { https: httpsPort, http: httpsPort === 443 ? 80 : 0 };
  await tools.helm({
    name: 'gateway',
    namespace: own.namespace,
    values: { ports, ...(image ? { image } : {}) },
  });
  return { ...own, httpsPort };
}
