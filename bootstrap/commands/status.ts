import type { Command } from 'commander';
import { clusterWith, rememberedChoice } from '../local/choose.ts';
import type { ClusterStatus } from '../local/cluster.ts';
import { type CommonOptions, kikoCommand, printResult } from './options.ts';

/** `kiko status`: how the local cluster is. Asks the machine, changes nothing. */
export const statusCommand = (): Command =>
  kikoCommand('status', 'say how the local cluster is').action(async (options: CommonOptions) => {
    const choice = await rememberedChoice(options.name);
    const status = await clusterWith(options.name, choice ?? { driver: 'native' }).status();
    printResult(options, status, describe(status));
  });

/** The status as lines for a person. */
function describe({ name, driver, state, parts }: ClusterStatus): string {
  if (state === 'absent') return `There is no local cluster ${name}.`;
  const lines = Object.entries(parts).map(([part, well]) => `  ${well ? '✓' : '✗'} ${part}`);
  return [`The cluster ${name} (${driver}) is ${state}.`, ...lines].join('\n');
}
