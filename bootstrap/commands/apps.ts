import type { Command } from 'commander';
import { installApp, removeApp } from '../apps/lifecycle.ts';
import { previewPlan } from '../apps/plan.ts';
import { HOME_NAMESPACE } from '../install/home.ts';
import { type Progress, runSteps } from '../steps.ts';
import { terminalReporter } from '../terminal.ts';
import { type CommonOptions, clusterKubectl, kikoCommand, presentCluster, printResult } from './options.ts';

interface AppOptions extends CommonOptions {
  readonly namespace: string;
}

const appCommand = (name: string, description: string): Command =>
  kikoCommand(name, description).option('-n, --namespace <namespace>', 'where the App is', HOME_NAMESPACE);

const kubectlOf = async ({ name }: AppOptions) => clusterKubectl(await presentCluster(name));

/** `kiko plan FILE|NAME`: what would happen, and why. Changes nothing. */
export const planCommand = (): Command =>
  appCommand('plan', 'show what would happen for an App, and why; nothing is changed')
    .argument('<what>', 'a file with an App, the name of one, or of a catalogue entry')
    .action(async (what: string, options: AppOptions) => {
      const { data, text } = await previewPlan(await kubectlOf(options), what, options.namespace);
      printResult(options, data, text.trimEnd());
    });

/** `kiko install NAME`: installs a catalogue entry and waits until it works. */
export const installCommand = (): Command =>
  appCommand('install', 'install an app of the catalogue and wait until it works')
    .argument('<name>', 'name of the catalogue entry')
    .action(async (name: string, options: AppOptions) => {
      const kubectl = await kubectlOf(options);
      const app = await reported(`Install ${name}`, (progress) =>
        installApp(kubectl, name, options.namespace, progress),
      );
      printResult(options, app, app.url ? `${name} is at ${app.url}` : `${name} is running.`);
    });

/** `kiko remove NAME`: removes an app; its data stays unless the App says otherwise. */
export const removeCommand = (): Command =>
  appCommand('remove', 'remove an app; its data stays unless the App says otherwise')
    .argument('<name>', 'name of the App')
    .action(async (name: string, options: AppOptions) => {
      const kubectl = await kubectlOf(options);
      const { data } = await reported(`Remove ${name}`, (progress) =>
        removeApp(kubectl, name, options.namespace, progress),
      );
      const kept = 'Its data is kept: an App of the same name and definition finds it again.';
      printResult(
        options,
        { name, data },
        `${name} is removed. ${data === 'kept' ? kept : 'Its data is deleted.'}`,
      );
    });

/** Tells on the terminal how a piece of work goes, and how long it took. */
async function reported<T>(title: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined;
  const run = async (progress: Progress) => {
    result = { value: await work(progress) };
  };
  await runSteps([{ title, run }], terminalReporter());
  if (result === undefined) throw new Error(`${title} ended without a result`);
  return result.value;
}
