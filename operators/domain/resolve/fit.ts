import type { AppDefinition } from '../schema/app-definition.ts';
import type { PlanStep } from '../schema/plan.ts';
import { formatCpu, formatMemory, parseQuantity } from './quantity.ts';
import { byText, listOf } from './ref.ts';
import type { NodeFacts } from './resolution.ts';

/** A plan names at most this many machines. */
const MOST_NODES = 64;

interface Amount {
  readonly cpu: number;
  readonly memory: number;
}

/** The machines whose processor the definition's images are made for. */
export const nodesOfArchitecture = (
  definition: AppDefinition,
  nodes: readonly NodeFacts[],
): readonly NodeFacts[] =>
  nodes.filter(({ arch }) => definition.spec.architectures.some((known) => known === arch));

/** What an app asks of machines, which could run it, and whether there is room; for a step of a plan. */
export function fitOf(
  definition: AppDefinition,
  nodes: readonly NodeFacts[] | undefined,
): Pick<PlanStep, 'nodes' | 'requests' | 'fits'> {
  const asked = (definition.spec.workloads ?? []).map(({ resources }) => ({
    cpu: amountOf(resources?.cpu),
    memory: amountOf(resources?.memory),
  }));
  const sum = asked.reduce((a, b) => ({ cpu: a.cpu + b.cpu, memory: a.memory + b.memory }), none);
  const requests = {
    ...(sum.cpu > 0 ? { cpu: formatCpu(sum.cpu) } : {}),
    ...(sum.memory > 0 ? { memory: formatMemory(sum.memory) } : {}),
  };
  return {
    ...(sum.cpu > 0 || sum.memory > 0 ? { requests } : {}),
    ...(nodes === undefined ? {} : placement(definition, nodes, asked)),
  };
}

const none: Amount = { cpu: 0, memory: 0 };

const amountOf = (quantity: string | undefined): number => parseQuantity(quantity ?? '0') || 0;

/** Workloads are separate pods: a machine counts if it has room for the largest; all must find room somewhere. */
function placement(
  definition: AppDefinition,
  nodes: readonly NodeFacts[],
  asked: readonly Amount[],
): Pick<PlanStep, 'nodes' | 'fits'> {
  const suitable = nodesOfArchitecture(definition, nodes);
  const able = suitable.filter(({ free }) => asked.every((pod) => holds(free, pod)));
  return {
    nodes: able
      .map(({ name }) => name)
      .sort(byText)
      .slice(0, MOST_NODES),
    fits: fitText(definition, suitable, asked),
  };
}

function fitText(
  definition: AppDefinition,
  suitable: readonly NodeFacts[],
  asked: readonly Amount[],
): string {
  if (suitable.length === 0)
    return `no: no machine is ${listOf(definition.spec.architectures.toSorted(), 'or')}`;
  const cpu = Math.max(...suitable.map(({ free }) => free.cpu));
  const memory = Math.max(...suitable.map(({ free }) => free.memory));
  const left = `the most that one machine has left is ${formatCpu(cpu)} CPU and ${formatMemory(memory)} of memory`;
  return findsRoom(suitable, asked) ? `yes: ${left}` : `no: ${left}`;
}

/** First fit, the largest first: what a scheduler would do or better, so a `no` may be pessimistic, a `yes` holds. */
function findsRoom(nodes: readonly NodeFacts[], asked: readonly Amount[]): boolean {
  const free = [...nodes].sort((a, b) => byText(a.name, b.name)).map((node) => ({ ...node.free }));
  return [...asked]
    .sort((a, b) => b.memory - a.memory || b.cpu - a.cpu)
    .every((pod) => {
      const place = free.find((room) => holds(room, pod));
      if (place === undefined) return false;
      place.cpu -= pod.cpu;
      place.memory -= pod.memory;
      return true;
    });
}

const holds = (free: Amount, pod: Amount): boolean => free.cpu >= pod.cpu && free.memory >= pod.memory;
