import type { NixOSConfiguration } from '@hearth/domain';
import { Command } from 'commander';
import { configurationNamed, setRollout } from '../machines/machines.ts';
import {
  type CommonOptions,
  clusterKubectl,
  FORMATS,
  kikoCommand,
  presentCluster,
  printResult,
} from './options.ts';

/** `kiko rollout …`: how a configuration spreads over its machines. */
export const rolloutCommand = (): Command =>
  new Command('rollout')
    .description('stop a configuration from spreading over its machines, and let it go on')
    .addCommand(
      rollout('pause', 'begin on no further machine', (name) => ({
        change: { paused: true },
        text: `${name} begins on no further machine; what has begun is finished.`,
      })),
    )
    .addCommand(
      rollout('resume', 'go on with what was paused', (name) => ({
        change: { paused: false },
        text: `${name} goes on.`,
      })),
    )
    .addCommand(
      rollout('retry', 'try again what failed', (name, configuration) => ({
        change: { attempt: configuration.spec.rollout.attempt + 1 },
        text: `${name} is tried again where it failed.`,
      })),
    );

const rollout = (
  name: string,
  description: string,
  decide: (
    name: string,
    configuration: NixOSConfiguration,
  ) => { readonly change: object; readonly text: string },
): Command =>
  kikoCommand(name, description, FORMATS)
    .argument('<configuration>', 'name of the NixOSConfiguration')
    .action(async (configuration: string, options: CommonOptions) => {
      const kubectl = await clusterKubectl(await presentCluster(options.name));
      const { change, text } = decide(configuration, await configurationNamed(kubectl, configuration));
      await setRollout(kubectl, configuration, change);
      printResult(options, await configurationNamed(kubectl, configuration), text);
    });
