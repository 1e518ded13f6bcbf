import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { dump } from 'js-yaml';
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
  readonly output: 'text' | 'json' | 'yaml';
}

/** How the commands about resources print them. */
export const FORMATS = ['text', 'json', 'yaml'] as const;

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

/** @throws InvalidArgumentError */
export function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new InvalidArgumentError('It takes a port, 1 to 65535.');
  return number;
}

/** For how long something is good: minutes, a week at most. @throws InvalidArgumentError */
export function minutes(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 10_080)
    throw new InvalidArgumentError('It takes minutes, 1 to 10080 (a week).');
  return number;
}

/** Prints a command's result on standard output: the value as JSON or YAML, or the sentence about it. */
export function printResult({ output }: CommonOptions, value: unknown, text: string): void {
  const format = {
    text: () => text,
    json: () => JSON.stringify(value, undefined, 2),
    yaml: () => dump(value, { noRefs: true, lineWidth: -1 }).trimEnd(),
  };
  process.stdout.write(`${format[output]()}\n`);
}

/** Asks a person. @param instead the option that says it where nobody can be asked. @throws Failure unless they say yes. */
export async function askYes(question: string, instead: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new Failure(`${question} Nobody is there to be asked: say it by ${instead}.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} Type yes: `);
    if (answer.trim().toLowerCase() !== 'yes') throw new Failure('Then nothing is done.');
  } finally {
    terminal.close();
  }
}

/** kubectl for the local cluster, where one is remembered: what does without goes on without. */
export async function kubectlIfPresent(name: string): Promise<Kubectl | undefined> {
  const choice = await rememberedChoice(name);
  return choice && clusterKubectl(clusterWith(name, choice));
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
