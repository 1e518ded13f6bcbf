import { type InstallWishes, installSteps } from './install/hearth.ts';
import { type DriverChoice, rememberChoice } from './local/choose.ts';
import type { LocalCluster } from './local/cluster.ts';
import type { Step } from './steps.ts';

/** The cluster alone, with nothing of Hearth in it. */
export const bareSteps = (cluster: LocalCluster, choice: DriverChoice): Step[] => [
  { title: `Use the driver ${choice.driver}`, run: () => rememberChoice(cluster.name, choice) },
  ...cluster.up(),
];

/** Everything that `kiko up --local` does, in order. Each step is safe to repeat, and to be cut off anywhere. */
export const upSteps = (cluster: LocalCluster, choice: DriverChoice, wishes: InstallWishes): Step[] => [
  ...bareSteps(cluster, choice),
  ...installSteps(cluster, wishes),
];
