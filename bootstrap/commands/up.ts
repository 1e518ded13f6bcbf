import { type Command, Option } from 'commander';
import { DEMO_LABEL } from '../data.ts';
import { Failure } from '../failure.ts';
import { imagesToBuild } from '../install/images.ts';
import { chooseForUp, clusterWith, type Wish } from '../local/choose.ts';
import { DRIVERS, type LocalCluster } from '../local/cluster.ts';
import { runSteps } from '../steps.ts';
import { elapsed, terminalReporter } from '../terminal.ts';
import { bareSteps, upSteps } from '../up.ts';
import { type CommonOptions, clusterKubectl, kikoCommand, printResult, withClusterLock } from './options.ts';

interface UpOptions extends CommonOptions, Wish {
  readonly local?: boolean;
  readonly bare?: boolean;
  readonly domain?: string;
  readonly demo?: boolean;
  readonly images?: string;
  readonly events: boolean;
}

/** `kiko up --local`: brings up a cluster on this machine, or finishes what an earlier run began. */
export const upCommand = (): Command =>
  kikoCommand('up', 'bring up a cluster, or finish bringing it up')
    .option('--local', 'on this machine')
    .option('--bare', 'only the cluster, without Hearth in it')
    .option('--domain <domain>', 'every app is at HOST.DOMAIN; hearth.home.arpa where none is said')
    .option('--demo', 'a home that may be thrown away with all that is in it')
    .option('--images <module>', 'build the images that this module lists instead of pulling them')
    .option('--no-events', 'don’t record what happens in the home')
    .addOption(
      new Option('--driver <driver>', 'how to run it; by default what this machine can').choices(DRIVERS),
    )
    .option('--kubeconfig <file>', 'use a cluster that is there already')
    .action(up);

async function up(options: UpOptions): Promise<void> {
  if (!options.local) throw new Failure('Say where: kiko up --local brings up a cluster on this machine.');
  const start = performance.now();
  const cluster = await withClusterLock(options.name, async () => {
    const choice = await chooseForUp(options.name, options);
    const chosen = clusterWith(options.name, choice);
    const wishes = { ...options, images: await imagesToBuild(options.name, options.images) };
    const steps = options.bare ? bareSteps(chosen, choice) : upSteps(chosen, choice, wishes);
    await runSteps(steps, terminalReporter());
    return chosen;
  });
  await report(cluster, options, performance.now() - start);
}

async function report(cluster: LocalCluster, options: UpOptions, milliseconds: number): Promise<void> {
  const { name, driver, kubeconfig } = cluster;
  const [httpsPort, address] = [await cluster.httpsPort(), await cluster.nodeAddress()];
  const seconds = Math.round(milliseconds / 100) / 10;
  const found = { name, driver, kubeconfig, address, httpsPort, seconds };
  const demo = !options.bare && !options.demo && (await isDemonstration(cluster));
  printResult(options, found, upText(cluster, milliseconds, demo));
}

async function isDemonstration(cluster: LocalCluster): Promise<boolean> {
  const kubectl = await clusterKubectl(cluster);
  const label = `{.metadata.labels.${DEMO_LABEL.replaceAll('.', '\\.')}}`;
  return (await kubectl(['get', 'home', 'home', `--output=jsonpath=${label}`])) === 'true';
}

/** What a person is told of a cluster that is up, in which there is a demonstration that nobody asked for this time. */
export function upText(
  { name, driver, kubeconfig }: Pick<LocalCluster, 'name' | 'driver' | 'kubeconfig'>,
  milliseconds: number,
  demo: boolean,
): string {
  const warning = demo
    ? `\nIts home is a demonstration: kiko down deletes it, with all that is in it, and does not ask. To keep it: kiko kubectl label home home ${DEMO_LABEL}-`
    : '';
  const text = `The cluster ${name} is up (${elapsed(milliseconds)}). Its kubeconfig: ${kubeconfig}${warning}`;
  if (driver !== 'native') return text;
  return `${text}\nNothing enforces NetworkPolicies in it: each pod reaches every app, past its sign-on. It is for trying Hearth out.`;
}
