import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { Failure } from '../failure.ts';
import { cacheFolder } from '../folder.ts';
import { type Kubectl, kubectlFor } from '../kubectl.ts';
import { clusterWith, rememberedChoice } from '../local/choose.ts';
import type { LocalCluster } from '../local/cluster.ts';
import { ensureTools } from '../local/native/toolchain.ts';
import { withLock } from '../lock.ts';

/** What every command takes. */
export interface CommonOptions {
  readonly name: string;
  readonly output: 'text' | 'json';
}

/** A command of `kiko` with the options that all have. */
export const kikoCommand = (
  name: string,
  description: string,
  formats: readonly string[] = ['text', 'json'],
): Command =>
  new Command(name)
    .description(description)
    .option('--name <name>', 'name of the local cluster', 'local')
    .addOption(
      new Option('-o, --output <format>', 'how to print the result').choices(formats).default('text'),
    );

/** A number of events, or of one. @throws InvalidArgumentError */
export function count(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('It takes a number from 1 on.');
  return number;
}

/** Prints a command's result on standard output: the value as JSON, or the sentence about it. */
export function printResult(options: CommonOptions, value: unknown, text: string): void {
  process.stdout.write(options.output === 'json' ? `${JSON.stringify(value, undefined, 2)}\n` : `${text}\n`);
}

/** The cluster of that name with the driver it came up with. @throws Failure when it never did. */
export async function presentCluster(name: string): Promise<LocalCluster> {
  const choice = await rememberedChoice(name);
  if (!choice) throw new Failure(`There is no local cluster ${name}; make one with kiko up --local.`);
  return clusterWith(name, choice);
}

/** kubectl for a cluster that is up. */
export async function clusterKubectl(cluster: LocalCluster): Promise<Kubectl> {
  const { kubectl } = await ensureTools(['kubectl'], () => undefined);
  return kubectlFor(kubectl, cluster.kubeconfig);
}

/** Runs what changes a cluster while no other Kiko changes it. */
export const withClusterLock = <T>(name: string, work: () => Promise<T>): Promise<T> =>
  withLock(
    join(cacheFolder(), 'locks', `cluster-${name}`),
    () => void process.stderr.write(`Waiting for another kiko that works on ${name}…\n`),
    work,
  );
