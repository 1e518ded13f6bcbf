import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExecaError, execa } from 'execa';
import { Failure } from '../failure.ts';
import { kubectlFor } from '../kubectl.ts';
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
    const args = ['upgrade', '--install', name, join(charts, name), ...target, '--values', '-'];
    try {
      await execa(binaries.helm, args, { input: JSON.stringify(values), env: { KUBECONFIG: kubeconfig } });
    } catch (error) {
      const said = error instanceof ExecaError ? String(error.stderr || error.shortMessage) : String(error);
      throw new Failure(`helm could not install ${name}: ${said.trim().split('\n').at(-1)}`);
    }
  };
}

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
  const secrets = ['secrets', '--namespace', namespace, '--selector', pending];
  const records = () =>
    kubectl(['get', ...secrets, '--output=jsonpath={.items[*].metadata.resourceVersion}']);
  let [last, since] = [await records(), performance.now()];
  while (last !== '') {
    progress(`waiting for another helm that is at ${name}`);
    if (performance.now() - since > stale) return void (await kubectl(['delete', ...secrets]));
    await sleep(500);
    const now = await records();
    if (now !== last) [last, since] = [now, performance.now()];
  }
}
