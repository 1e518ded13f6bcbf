import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport, loadCluster, type Transport } from '@hearth/runtime';
import { traefikCrdFile } from '../../../bootstrap/tools/module.ts';
import { openApiClient } from '../../app/api-client.ts';
import { catalogue, home } from '../../app/home.ts';
import { gatewayApp, namespace } from '../../app/objects.ts';
import { operatorKubeconfig } from '../../app/rights.ts';
import { startControlPlane } from '../../harness/control-plane.ts';
import { installDefinitions } from '../../harness/definitions.ts';
import { kubectlOf } from '../../harness/kubectl.ts';
import { type Operators, startOperators } from '../operators.ts';
import { definitions } from './apps.ts';
import { startWatchingGateway } from './gateway.ts';
import { startMachines } from './machines.ts';
import { type WatchedApps, watchApps } from './watching.ts';

/** A home on a real API server, with machines for its pods, the operators at work, and no gateway yet. */
export interface World {
  readonly transport: Transport;
  readonly operators: Operators;
  readonly apps: WatchedApps;
  /** Installs the gateway. */
  arrive(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a home with room for so many pods. */
export async function openWorld(pods: number, profile: string | undefined): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-scale-'));
  // Whoever names an owner that is to go last must have a right to that owner's finalizers.
  const plane = await startControlPlane({
    apiServerFlags: ['--enable-admission-plugins=OwnerReferencesPermissionEnforcement'],
  });
  const kubectl = await kubectlOf(plane.kubeconfig);
  await installDefinitions(kubectl);
  const { ok, stderr } = await kubectl(['apply', '--server-side', '-f', await traefikCrdFile()]);
  if (!ok) throw new Error(stderr);
  const kubeconfig = await operatorKubeconfig(kubectl, plane);
  const cluster = await loadCluster({ kubeconfig: plane.kubeconfig });
  const [transport, client] = [createTransport(cluster), openApiClient(cluster)];
  for (const name of ['hearth-system', 'hearth-providers', 'home']) await client.apply(namespace(name));
  await client.apply(...(await catalogue()), ...definitions, home);
  const endMachines = await startMachines({ kubeconfig: plane.kubeconfig, transport }, pods, folder);
  const gateway = await startWatchingGateway(transport, home.spec.domain);
  const apps = await watchApps(transport);
  const operators = await startOperators(kubeconfig, folder, profile);
  return {
    transport,
    operators,
    apps,
    arrive: () => client.apply(gatewayApp(gateway.port)),
    async close() {
      await operators.stop();
      await Promise.all([apps.stop(), gateway.close(), endMachines()]);
      await Promise.all([transport.close(), client.close()]);
      await plane.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
