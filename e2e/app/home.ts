import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Home } from '@hearth/domain';
import {
  type Address,
  type Context,
  type Controller,
  createManager,
  keyText,
  loadCluster,
  type Manager,
  type Resource,
} from '@hearth/runtime';
import { silentLog } from '@hearth/runtime/testing';
import { load } from 'js-yaml';
import { traefikCrdFile } from '../../bootstrap/tools/module.ts';
import { appControllers } from '../../operators/app/index.ts';
import { type ControlPlane, startControlPlane } from '../harness/control-plane.ts';
import { startControllerManager } from '../harness/controller-manager.ts';
import { installDefinitions } from '../harness/definitions.ts';
import { type Kubectl, kubectlOf } from '../harness/kubectl.ts';
import { type ApiClient, openApiClient } from './api-client.ts';
import { type FakeGateway, startGateway } from './gateway.ts';
import { type FakeKubelet, startKubelet } from './kubelet.ts';
import { namespace } from './objects.ts';
import { operatorKubeconfig } from './rights.ts';

/** A home with everything but pods: a real API, what deletes in it, the catalogue, and the suite at work. */
export interface TestHome {
  /** An administrator's. */
  readonly kubeconfig: string;
  /** One with the rights that the chart gives the suite, and no more. */
  readonly operatorKubeconfig: string;
  /** What the API runs on, to be ended and started again. */
  readonly plane: Pick<ControlPlane, 'restart' | 'compact'>;
  readonly kubectl: Kubectl;
  readonly client: ApiClient;
  readonly kubelet: FakeKubelet;
  /** The suite's controllers; undefined where a test runs them by itself. */
  readonly suite: Manager | undefined;
  readonly gateway: FakeGateway;
  /** Where the gateway takes connections. */
  readonly gatewayPort: number;
  /** Where the suite finds Services that have no pods, by `NAMESPACE/NAME`. */
  readonly services: Map<string, Address>;
  close(): Promise<void>;
}

/** The image that the suite is told it runs from. */
const hearthImage = 'hearth/operators:test';

/** Opens a home; `suite: false` leaves its controllers out. */
export async function openTestHome({ suite = true }: { readonly suite?: boolean } = {}): Promise<TestHome> {
  // Whoever names an owner that is to go last must have a right to that owner's finalizers.
  const plane = await startControlPlane({
    apiServerFlags: ['--enable-admission-plugins=OwnerReferencesPermissionEnforcement'],
  });
  const kubectl = await kubectlOf(plane.kubeconfig);
  await installDefinitions(kubectl);
  await succeed(kubectl(['apply', '--server-side', '-f', await traefikCrdFile()]));
  const operator = await operatorKubeconfig(kubectl, plane);
  const endControllerManager = await startControllerManager(plane.kubeconfig);
  const client = openApiClient(await loadCluster({ kubeconfig: plane.kubeconfig }));
  for (const name of ['hearth-system', 'hearth-providers', 'home']) await client.apply(namespace(name));
  await client.apply(...(await catalogue()), home);
  const kubelet = startKubelet(client);
  const gateway = await startGateway(client, home.spec.domain);
  const services = new Map<string, Address>();
  const manager = suite ? await startSuite(operator, services) : undefined;
  return {
    kubeconfig: plane.kubeconfig,
    operatorKubeconfig: operator,
    plane,
    kubectl,
    client,
    kubelet,
    suite: manager,
    gateway,
    gatewayPort: gateway.port,
    services,
    async close() {
      await manager?.stop();
      await kubelet.stop();
      await client.close();
      gateway.close();
      await endControllerManager();
      await plane.stop();
    },
  };
}

/** The suite's controllers in this process, with the rights that its chart gives them and no more. */
async function startSuite(kubeconfig: string, services: TestHome['services']): Promise<Manager> {
  const manager = createManager({
    cluster: await loadCluster({ kubeconfig }),
    controllers: appControllers({ hearthImage }).map((each) => finding(services, each)),
    identity: 'test',
    lease: { namespace: 'hearth-system', name: 'hearth-app' },
    leaderElect: false,
    http: { port: 0, host: '127.0.0.1' },
    log: silentLog,
    freeze: true,
  });
  await manager.start();
  return manager;
}

/** The controller, to which these Services are where they are said to be. */
function finding(services: TestHome['services'], controller: Controller): Controller {
  const beside = (context: Context): Context => ({
    ...context,
    reach: async (service, port) => services.get(keyText(service)) ?? context.reach(service, port),
  });
  const { finalize } = controller;
  return {
    ...controller,
    reconcile: (object, context) => controller.reconcile(object, beside(context)),
    ...(finalize && { finalize: (object, context) => finalize(object, beside(context)) }),
  };
}

async function succeed(answer: ReturnType<Kubectl>): Promise<void> {
  const { ok, stderr } = await answer;
  if (!ok) throw new Error(stderr);
}

/** The definitions that the chart brings. Its templates are plain YAML but for the icons, which are files beside it. */
export async function catalogue(): Promise<Resource[]> {
  const chart = join(import.meta.dirname, '../../charts/catalogue');
  const files = (await readdir(join(chart, 'templates'))).filter((file) => file.endsWith('.yaml'));
  const withIcons = (template: string) =>
    template.replaceAll(/\{\{ \.Files\.Get "([^"]+)" \| b64enc \}\}/g, (_, file: string) =>
      readFileSync(join(chart, file), 'base64'),
    );
  const read = async (file: string) =>
    load(withIcons(await readFile(join(chart, 'templates', file), 'utf8'))) as Resource;
  return Promise.all(files.map(read));
}

/** The Home to apply. */
export const home = {
  apiVersion: Home.apiVersion,
  kind: Home.kind,
  metadata: { name: 'home' },
  spec: { domain: 'hearth.home.arpa' },
};
