import type { Command } from 'commander';
import { Failure } from '../failure.ts';
import { readIfThere } from '../files.ts';
import { clusterFolder } from '../folder.ts';
import type { Kubectl } from '../kubectl.ts';
import { logFile } from '../local/native/processes.ts';
import { type CommonOptions, clusterKubectl, kikoCommand, presentCluster, printResult } from './options.ts';

interface LogsOptions extends CommonOptions {
  readonly tail: string;
}

/** `kiko logs NAME`: what an app wrote, or a process of the cluster itself (etcd, kubelet…). */
export const logsCommand = (): Command =>
  kikoCommand('logs', 'print what an app, or a part of the cluster, wrote last')
    .argument('<name>', 'name of an App, or of a process such as kubelet')
    .option('--tail <lines>', 'how many lines', '200')
    .action(logs);

async function logs(name: string, options: LogsOptions): Promise<void> {
  const tail = Number(options.tail);
  if (!Number.isInteger(tail) || tail < 1) throw new Failure(`${options.tail} is not a number of lines.`);
  const lines = (await processLog(options.name, name, tail)) ?? (await appLog(options.name, name, tail));
  printResult(options, { name, lines }, lines.join('\n'));
}

async function processLog(cluster: string, name: string, tail: number): Promise<string[] | undefined> {
  if (!/^[a-z0-9-]+$/.test(name)) return undefined;
  const text = await readIfThere(logFile(clusterFolder(cluster), name));
  return text?.trimEnd().split('\n').slice(-tail);
}

/** The pods of an App carry its name in the label that Kubernetes recommends for it. */
async function appLog(clusterName: string, name: string, tail: number): Promise<string[]> {
  const kubectl = await clusterKubectl(await presentCluster(clusterName));
  const selector = `--selector=app.kubernetes.io/instance=${name}`;
  const lines: string[] = [];
  for (const namespace of await namespacesOf(kubectl, selector)) {
    const output = ['--all-containers', '--prefix', '--ignore-errors', `--tail=${tail}`];
    lines.push(...(await kubectl(['logs', `--namespace=${namespace}`, selector, ...output])).split('\n'));
  }
  if (lines.length === 0) throw new Failure(`No app ${name} runs in the cluster ${clusterName}.`);
  return lines;
}

async function namespacesOf(kubectl: Kubectl, selector: string): Promise<string[]> {
  const path = '--output=jsonpath={.items[*].metadata.namespace}';
  const found = await kubectl(['get', 'pods', '--all-namespaces', selector, path]);
  return [...new Set(found.split(' ').filter(Boolean))];
}
