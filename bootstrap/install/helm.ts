import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExecaError, execa } from 'execa';
import { Failure } from '../failure.ts';
import { type Kubectl, kubectlFor } from '../kubectl.ts';
import type { Progress } from '../steps.ts';

/** A chart of this repository, and what is said to it. */
interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Installs a release, or brings it to the chart and values of now. */
export type Helm = (release: Release) => Promise<void>;

const charts = join(import.meta.dirname, '../../charts');

/** The binaries that a release is installed with. */
interface Binaries {
  readonly helm: string;
  readonly kubectl: string;
}

/**
 * Milliseconds that the record of a release may stay as it is while helm is at it. Hearth's charts wait for nothing, so
 * helm is done with each in seconds; a record that stays so longer is of a helm that was killed.
 */
const STALE = 20_000;

/**
 * Binds helm to one cluster. A release's chart is the one of its name. A release that a helm left behind half done is
 * gone on with.
 * @throws Failure with what helm said.
 */
export function helmFor(binaries: Binaries, kubeconfig: string, progress: Progress, stale = STALE): Helm {
  return async (release) => {
    const { name, namespace, values = {} } = release;
    await unlock(binaries.kubectl, kubeconfig, release, progress, stale);
    const target = ['--kubeconfig', kubeconfig, '--namespace', namespace, '--create-namespace'];
    // What the chart says holds, whoever has changed it since: a `kiko dev` that was killed, or a person.
    const args = [
      'upgrade',
      '--install',
      name,
      join(charts, name),
      ...target,
      '--force-conflicts',
      '--values',
      '-',
    ];
    try {
      await execa(binaries.helm, args, { input: JSON.stringify(values), env: environment(kubeconfig) });
    } catch (error) {
      const said = error instanceof ExecaError ? String(error.stderr || error.shortMessage) : String(error);
      throw new Failure(`helm could not install ${name}: ${reasonIn(said)}`);
    }
  };
}

/** No other cluster than the one that is meant, and its records where {@link unlock} looks for them. */
const environment = (kubeconfig: string) => ({
  KUBECONFIG: kubeconfig,
  HELM_DRIVER: 'secret',
  HELM_KUBECONTEXT: '',
  HELM_KUBEAPISERVER: '',
  HELM_KUBETOKEN: '',
});

/** What helm said, without its warnings, in one line. */
const reasonIn = (said: string): string =>
  said
    .slice(Math.max(0, said.indexOf('Error: ')))
    .trim()
    .replace(/\s*\n\s*/g, ' ');

/**
 * Helm refuses a release whose last record says that a helm is at it, for ever if that one was killed. So such a record
 * is waited for, and removed when it changes no more. The next helm begins at the record before it, and takes over
 * what the killed one has made: it bears the release's name.
 */
async function unlock(
  binary: string,
  kubeconfig: string,
  { name, namespace }: Release,
  progress: Progress,
  stale: number,
): Promise<void> {
  const kubectl = kubectlFor(binary, kubeconfig);
  const pending = `owner=helm,name=${name},status in (pending-install,pending-upgrade,pending-rollback)`;
  const found = '{range .items[*]}{.metadata.name} {.metadata.resourceVersion} {end}';
  const record = () =>
    kubectl(['get', 'secrets', '-n', namespace, '-l', pending, `--output=jsonpath=${found}`]);
  let [last, since] = [await record(), performance.now()];
  while (last !== '') {
    progress(`waiting for another helm that is at ${name}`);
    await sleep(500);
    // Only as it was seen: a helm that is alive may have made another by now, which is waited for in its turn.
    const failure =
      performance.now() - since > stale ? await failureOf(remove(kubectl, namespace, last)) : undefined;
    const now = await record();
    if (failure !== undefined && now === last) throw failure;
    if (now !== last) [last, since] = [now, performance.now()];
  }
}

const failureOf = (work: Promise<unknown>): Promise<Error | undefined> =>
  work.then(
    () => undefined,
    (failure: Error) => failure,
  );

function remove(kubectl: Kubectl, namespace: string, record: string): Promise<string> {
  const [name = '', resourceVersion = ''] = record.split(' ');
  const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
  const options = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { resourceVersion } };
  return kubectl(['delete', '--raw', path, '-f', '-'], JSON.stringify(options));
}
