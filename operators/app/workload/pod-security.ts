import type { Workload } from '@hearth/domain';
import { Namespace, type Read, Stalled } from '@hearth/runtime';
import { type AppInput, namespaceOf } from './input.ts';

/** The Pod Security Standards, the strictest first. */
type Level = 'restricted' | 'baseline' | 'privileged';
const levels: readonly (string | undefined)[] = ['restricted', 'baseline', 'privileged'] satisfies Level[];

/** The label by which a namespace says which of them its pods must keep. */
const enforce = 'pod-security.kubernetes.io/enforce';

/** A person may label the namespace meanwhile, which is not watched: look again then, in milliseconds. */
const recheck = 5 * 60_000;

/**
 * Refuses an App, before anything is made for it, whose pods would not be let in. Kubernetes says so in events of the
 * objects that make pods, where nobody looks.
 * @throws Stalled naming the first workload that can't run there.
 */
export async function refuseUnplaceable({ app, definition }: AppInput, read: Read): Promise<void> {
  if (app.spec.external) return;
  const workloads = definition.spec.workloads ?? [];
  for (const { name, devices = [] } of workloads) {
    if (devices.length > 0) throw withoutDevices(name, devices);
  }
  const wanting = workloads.filter((workload) => levelOf(workload) !== 'restricted');
  if (wanting.length === 0) return;
  const namespace = namespaceOf(app);
  const label = (await read.live(Namespace, { name: namespace }))?.metadata.labels?.[enforce];
  const enforced = levels.indexOf(label);
  const refused = wanting.find((workload) => enforced >= 0 && levels.indexOf(levelOf(workload)) > enforced);
  if (refused === undefined) return;
  const needed = levelOf(refused);
  throw new Stalled(
    'PodsNotAllowed',
    `Workload ${refused.name} needs ${needsOf(refused)}, and namespace ${namespace} doesn’t allow that: install the ` +
      `App in a namespace that an admin has labelled ${enforce}=${needed}.`,
    { after: recheck },
  );
}

/** The strictest standard that the pods of a workload keep. */
function levelOf({ network, security }: Workload): Level {
  if (network === 'host') return 'privileged';
  return security.runAsUser === 0 ? 'baseline' : security.level;
}

function needsOf({ network, security }: Workload): string {
  if (network === 'host') return 'the machine’s own network';
  return security.runAsUser === 0 ? 'to run as root' : 'more than the restricted Pod Security level';
}

/**
 * A device's node can be mounted into a container, but not opened by one that isn't privileged; only a device plugin
 * of the kubelet gives one out, and Hearth brings none.
 */
const withoutDevices = (workload: string, devices: readonly string[]): Stalled =>
  new Stalled(
    'DevicesNotSupported',
    `Workload ${workload} needs ${devices.join(', ')} of a machine, and Hearth can’t give devices to containers yet: ` +
      'run the app outside of the cluster, and register it here by spec.external.',
  );
