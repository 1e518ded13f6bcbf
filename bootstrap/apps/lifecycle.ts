import type { App } from '@hearth/domain';
import { Failure } from '../failure.ts';
import type { Kubectl } from '../kubectl.ts';
import type { Progress } from '../steps.ts';
import { waitUntil } from '../waiting.ts';
import { appManifest } from './plan.ts';

/** How an installation ended. */
export interface InstalledApp {
  readonly name: string;
  readonly namespace: string;
  readonly url: string | undefined;
}

/** Reads an App; undefined where there is none. */
async function readApp(kubectl: Kubectl, name: string, namespace: string): Promise<App | undefined> {
  const found = await kubectl(['get', 'app', name, '-n', namespace, '--ignore-not-found', '-o', 'json']);
  return found === '' ? undefined : (JSON.parse(found) as App);
}

/**
 * Installs a catalogue entry under its own name and waits until it works, telling what it waits for. One that is
 * there already is only waited for.
 * @throws Failure where it is refused, stalls, or takes longer than `seconds`.
 */
export async function installApp(
  kubectl: Kubectl,
  name: string,
  namespace: string,
  progress: Progress,
  seconds = 300,
): Promise<InstalledApp> {
  if ((await readApp(kubectl, name, namespace)) === undefined) {
    await kubectl(['create', '-f', '-'], JSON.stringify(appManifest(name, namespace)));
  }
  const app = await waitForApp(kubectl, name, namespace, progress, seconds);
  return { name, namespace, url: app.status?.url };
}

/** Waits until an App is Ready. @throws Failure naming what it stalls on. */
export async function waitForApp(
  kubectl: Kubectl,
  name: string,
  namespace: string,
  progress: Progress,
  seconds: number,
): Promise<App> {
  let app: App | undefined;
  const current = () => app?.status?.observedGeneration === app?.metadata.generation;
  const condition = (type: string) => app?.status?.conditions?.find((each) => each.type === type);
  const probe = async () => {
    app = await readApp(kubectl, name, namespace);
    progress(condition('Ready')?.message ?? 'waiting for the operator');
    return current() && condition('Ready')?.status === 'True';
  };
  const hopeless = async () => {
    const stalled = current() ? condition('Stalled') : undefined;
    return stalled && `${namespace}/${name} can’t go on: ${stalled.message}`;
  };
  await waitUntil(`${namespace}/${name} becoming ready`, probe, {
    seconds,
    hopeless,
    everyMilliseconds: 250,
  });
  if (app === undefined) throw new Failure(`App ${namespace}/${name} was removed meanwhile.`);
  return app;
}

/** Removes an App and waits until it is gone. Its data stays unless the App says `deletion: Delete`. */
export async function removeApp(
  kubectl: Kubectl,
  name: string,
  namespace: string,
  progress: Progress,
  seconds = 180,
): Promise<{ readonly data: 'kept' | 'deleted' }> {
  const app = await readApp(kubectl, name, namespace);
  if (app === undefined)
    throw new Failure(`There is no App ${namespace}/${name}; \`kubectl get apps -A\` lists them.`);
  await kubectl(['delete', 'app', name, '-n', namespace, '--wait=false']);
  const gone = async () => {
    const left = await readApp(kubectl, name, namespace);
    progress(left?.status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? 'removing');
    return left === undefined;
  };
  const hopeless = async () => {
    const left = await readApp(kubectl, name, namespace);
    const ready = left?.status?.conditions?.find(({ type }) => type === 'Ready');
    return ready?.reason === 'InUse'
      ? `${namespace}/${name} goes when nobody uses it: ${ready.message}`
      : undefined;
  };
  await waitUntil(`${namespace}/${name} being gone`, gone, { seconds, hopeless, everyMilliseconds: 250 });
  return { data: app.spec.deletion === 'Delete' ? 'deleted' : 'kept' };
}
