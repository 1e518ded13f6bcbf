import { loadCluster } from '@hearth/runtime';
import { createWire, type Wire } from '../../../operators/agent/api/wire.ts';
import { machinesNamespace as namespace } from '../../../operators/nio/names.ts';
import { createTransport } from '../../../operators/runtime/index.ts';
import { type Simulated, simulate } from '../../rollout/simulated.ts';
import { admission } from '../../rollout/site.ts';
import type { Told } from './agents.ts';

/**
 * Some of the machines of a benchmark: each with a token and connections of its own, and what the real agent uses to
 * watch its Machine, to write its status and to be heard. It is told which by its first message, and tells how they do
 * whenever it is asked.
 */
const never = new AbortController().signal;
const machines: Simulated[] = [];
let requests = 0;

/** A wire that counts what is asked. */
function counted(wire: Wire): Wire {
  return {
    request(request) {
      requests++;
      return wire.request(request);
    },
    stream(request, data) {
      requests++;
      return wire.stream(request, data);
    },
  };
}

async function begin({
  kubeconfig,
  names,
  pace,
}: {
  kubeconfig: string;
  names: readonly string[];
  pace: number;
}) {
  const cluster = await loadCluster({ kubeconfig });
  const admin = createTransport(cluster);
  for (const name of names) {
    const wire = counted(createWire(await admission(admin, cluster, name)));
    machines.push(simulate({ wire, namespace, name, pace }, never));
  }
  await admin.close();
  tell();
}

function tell(): void {
  const told: Told = {
    requests,
    machines: machines.map(({ name, begun, begunAt, doneAt }) => ({
      name,
      runs: begun.at(-1),
      begunAt,
      doneAt,
    })),
  };
  process.send?.(told);
}

process.on('message', (message: Parameters<typeof begin>[0] | 'tell') => {
  if (message === 'tell') tell();
  else void begin(message);
});
