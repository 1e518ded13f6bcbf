import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCluster, systemClock } from '@hearth/runtime';
import { createLogger } from '@hearth/runtime/log';
import type { Config } from '../../operators/event-sink/config.ts';
import { plainPages } from '../../operators/event-sink/http/testing/plain-pages.ts';
import { type Running, startEventSink } from '../../operators/event-sink/start.ts';
import { rolesOf } from '../app/rights.ts';
import { startControlPlane } from '../harness/control-plane.ts';
import { installDefinitions } from '../harness/definitions.ts';
import { type Kubectl, kubectlOf } from '../harness/kubectl.ts';

/** A control plane that is ready for the event sink's own process: the chart's rights, a place for checkpoints, keys. */
export interface SinkPlace {
  /** Where its log and its keys are. */
  readonly folder: string;
  readonly kubectl: Kubectl;
  /** What kubectl prints; fails where it fails. */
  run(args: readonly string[], object?: object): Promise<string>;
  /** Applies objects; as this manager, if one is named. */
  apply(objects: readonly object[], manager?: string): Promise<string>;
  /** Starts the sink on a log in a folder, with the rights of the chart and no others; `more` is said to it beside. */
  start(log?: string, more?: Partial<Config>): Promise<Running>;
  /** Ends the control plane, and removes the folder. */
  remove(): Promise<void>;
}

/** Makes one, with the namespaces `hearth-system` and `home` and no Home. */
export async function makeSinkPlace(): Promise<SinkPlace> {
  const plane = await startControlPlane();
  const kubectl = await kubectlOf(plane.kubeconfig);
  const folder = await mkdtemp(join(tmpdir(), 'hearth-sink-'));
  const run: SinkPlace['run'] = async (args, object) => {
    const { ok, stdout, stderr } = await kubectl(args, object);
    if (!ok) throw new Error(stderr);
    return stdout;
  };
  const apply: SinkPlace['apply'] = (items, manager = 'kubectl') =>
    run(['apply', '--server-side', `--field-manager=${manager}`, '-f', '-'], {
      apiVersion: 'v1',
      kind: 'List',
      items,
    });
  await installDefinitions(kubectl);
  for (const name of ['hearth-system', 'home']) await run(['create', 'namespace', name]);
  await apply(await rolesOf('event-sink'));
  await run(['create', 'configmap', 'hearth-events-checkpoint', '-n', 'hearth-system']);
  await writeKeys(folder);
  const kubeconfig = await plane.kubeconfigFor('system:serviceaccount:hearth-system:hearth-events', []);
  return {
    folder,
    kubectl,
    run,
    apply,
    start: (log = folder, more = {}) => startSink(kubeconfig, log, folder, more),
    async remove() {
      await plane.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function writeKeys(folder: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  await writeFile(join(folder, 'checkpoint.pem'), pem);
  await writeFile(join(folder, 'salt'), 's'.repeat(40));
}

async function startSink(
  kubeconfig: string,
  folder: string,
  keys: string,
  more: Partial<Config>,
): Promise<Running> {
  const signIn = join(keys, 'sign-in');
  return startEventSink(
    { folder, keys, signIn, port: 0, healthPort: 0, namespace: 'hearth-system', logLevel: 'silent', ...more },
    {
      cluster: await loadCluster({ kubeconfig }),
      clock: systemClock,
      logger: createLogger({ level: 'silent' }),
      pages: plainPages,
      assets: { under: '/-/assets', release: 'none', files: [] },
      onMove: () => undefined,
      onLost: () => undefined,
    },
  );
}
