import type { AppDefinition } from '../schema/app-definition.ts';
import type { Workload } from '../schema/workload.ts';
import type { Problem } from './problem.ts';

/** Volumes that get in each other's way, and steps that write where nothing is kept. */
export function checkVolumes(definition: AppDefinition): readonly Problem[] {
  const workloads = definition.spec.workloads ?? [];
  return [
    ...workloads.flatMap(checkPaths),
    ...checkShared(workloads),
    ...checkPreStartPaths(definition, workloads),
  ];
}

function checkPaths({ name, volumes = [], scratch = [] }: Workload): readonly Problem[] {
  const mounted = new Map<string, string>();
  const mounts = [
    ...volumes.map((volume) => ({ path: volume.path, at: `volumes[${volume.name}]` })),
    ...scratch.map((path) => ({ path, at: 'scratch' })),
  ];
  return mounts.flatMap(({ path, at }) => {
    const other = mounted.get(path);
    mounted.set(path, at);
    if (other === undefined) return [];
    return [
      {
        path: `spec.workloads[${name}].${at}`,
        message: `${path} is taken by ${other} already; give each a path of its own.`,
      },
    ];
  });
}

/** Volumes of one name are one volume, which must be meant. */
function checkShared(workloads: readonly Workload[]): readonly Problem[] {
  const uses = workloads.flatMap(({ name, volumes = [] }) =>
    volumes.map((volume) => ({ workload: name, volume })),
  );
  return uses
    .filter(({ volume }) => !volume.shared)
    .filter(({ workload, volume }) =>
      uses.some((other) => other.workload !== workload && other.volume.name === volume.name),
    )
    .map(({ workload, volume }) => ({
      path: `spec.workloads[${workload}].volumes[${volume.name}]`,
      message: `Another workload has a volume \`${volume.name}\` too; set shared on both if it is one volume, else rename one.`,
    }));
}

function checkPreStartPaths({ spec }: AppDefinition, workloads: readonly Workload[]): readonly Problem[] {
  return (spec.configure?.preStart ?? []).flatMap((step) => {
    const workload = workloads.find(({ name }) => name === (step.workload ?? workloads[0]?.name));
    const volumes = workload?.volumes ?? [];
    const isKept = volumes.some(({ path }) => step.path === path || step.path.startsWith(`${path}/`));
    if (workload === undefined || isKept) return [];
    const paths = volumes.map(({ path }) => path).join(', ');
    return [
      {
        path: `spec.configure.preStart[${step.name}].path`,
        message: `${step.path} is in none of the volumes of \`${workload.name}\` (${paths || 'it has none'}), and steps write to volumes only; change the path, or add a volume.`,
      },
    ];
  });
}
