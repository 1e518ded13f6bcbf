import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWire } from '../../operators/agent/api/wire.ts';
import { machinesNamespace as namespace } from '../../operators/nio/names.ts';
import { createOperator, type OperatorProcess } from '../faults/sweep-operator.ts';
import { type Simulated, type SimulatedOptions, simulate } from './simulated.ts';
import { admission, bringIn, openSite, type Site } from './site.ts';

/** A site with NIO as a process, and machines that are simulated. */
export interface Fleet extends Site {
  readonly operator: OperatorProcess;
  readonly machines: ReadonlyMap<string, Simulated>;
  /** Has approved machines, with these labels, whose agents come in with tokens of their own. */
  add(names: readonly string[], labels: Readonly<Record<string, string>>): Promise<void>;
}

/** Opens a fleet without a machine; NIO is not started yet. */
export async function openFleet(options: Pick<SimulatedOptions, 'pace' | 'beats'>): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-fleet-'));
  const site = await openSite();
  const operator = createOperator(site.operatorKubeconfig, folder, { controllers: 'nio' });
  const ending = new AbortController();
  const machines = new Map<string, Simulated>();
  return {
    ...site,
    ...{ operator, machines },
    async add(names, labels) {
      await Promise.all(names.map((name) => bringIn(site.admin, name, labels)));
      for (const name of names) {
        const wire = createWire(await admission(site.admin, site.cluster, name));
        machines.set(name, simulate({ ...options, wire, namespace, name }, ending.signal));
      }
    },
    async close() {
      ending.abort();
      await operator.kill();
      await site.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
