import { Machine, NixOSConfiguration } from '@hearth/domain';
import { type Immutable, indexed, type Key, keyText, type Read } from '@hearth/runtime';

type Configuration = Immutable<NixOSConfiguration>;

/** Under this name an index has the configurations that choose machines by labels. */
const ANY = '*';

/** Configurations by the machine that they name, `NAMESPACE/NAME`; those with a selector under `NAMESPACE/*`. */
export const configurationsByMachine = indexed(NixOSConfiguration, 'machine', ({ metadata, spec }) => [
  `${metadata.namespace}/${spec.machineRef?.name ?? ANY}`,
]);

/** Machines by the configuration that has told them what to do, `NAMESPACE/NAME`. */
export const machinesByConfiguration = indexed(Machine, 'configuration', ({ metadata, spec }) =>
  spec.assignment?.configuration === undefined
    ? []
    : [`${metadata.namespace}/${spec.assignment.configuration}`],
);

/** Whether a configuration is for this machine; whether another goes before it is not asked. */
export function selects({ metadata, spec }: Configuration, machine: Immutable<Machine>): boolean {
  const { machineRef, machineSelector } = spec;
  if (metadata.namespace !== machine.metadata.namespace) return false;
  if (machineRef) return machineRef.name === machine.metadata.name;
  const labels = machine.metadata.labels ?? {};
  return Object.entries(machineSelector?.matchLabels ?? {}).every(([name, value]) => labels[name] === value);
}

/** The machines for which a configuration is. */
export function selectedBy({ metadata, spec }: Configuration, read: Read): readonly Immutable<Machine>[] {
  const { namespace = '' } = metadata;
  if (spec.machineRef) return [read.get(Machine, { namespace, name: spec.machineRef.name }) ?? []].flat();
  return read.list(Machine, { namespace, labels: spec.machineSelector?.matchLabels ?? {} });
}

/** The machines that a configuration has told what to do. */
export function toldBy({ metadata }: Configuration, read: Read): readonly Immutable<Machine>[] {
  return read.list(Machine, { index: [machinesByConfiguration.name, keyText(metadata)] });
}

/**
 * The configuration that a machine has: of those that are for it, the oldest. It keeps the machine while it is being
 * deleted, until the machine is back to what it was.
 */
export function configurationOf(machine: Immutable<Machine>, read: Read): Configuration | undefined {
  return claimants(machine, read)[0];
}

/** The configurations that are for a machine, the oldest first. */
export function claimants(machine: Immutable<Machine>, read: Read): readonly Configuration[] {
  const { namespace, name } = machine.metadata;
  const { name: index } = configurationsByMachine;
  return [name, ANY]
    .flatMap((each) => read.list(NixOSConfiguration, { index: [index, `${namespace}/${each}`] }))
    .filter((configuration) => selects(configuration, machine))
    .toSorted(byAge);
}

/** The configurations to look at again when this one changes: those that are for a machine for which it is. */
export function rivalsOf(configuration: Configuration, read: Read): readonly Key[] {
  const rivals = [...selectedBy(configuration, read), ...toldBy(configuration, read)]
    .flatMap((machine) => claimants(machine, read))
    .filter(({ metadata }) => metadata.name !== configuration.metadata.name);
  return [...new Map(rivals.map(({ metadata }) => [keyText(metadata), metadata])).values()];
}

function byAge(one: Configuration, other: Configuration): number {
  const text = ({ metadata: { creationTimestamp = '', name } }: Configuration) =>
    `${creationTimestamp} ${name}`;
  return text(one) < text(other) ? -1 : 1;
}
