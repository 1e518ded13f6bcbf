import { type AgentStatus, Machine, type MachineFacts } from '@hearth/domain';
import { Lease, resourcePath, type Transport } from '@hearth/runtime';
import { expect } from 'vitest';
import { eventually } from '../../operators/runtime/fixtures/api.ts';
import { apiOf, type TestMachine, testMachine } from './machine-client.ts';
import { factsOf, type World } from './world.ts';

const namespace = 'hearth-machines';

/** The agent of an approved machine, as far as NIO sees it. */
export interface TestAgent {
  readonly name: string;
  readonly machine: TestMachine;
  readonly facts: MachineFacts;
  /** The Kubernetes API with the machine's own token. */
  readonly api: Transport;
  /** Writes into `status.agent`. */
  report(agent: Partial<AgentStatus>): Promise<unknown>;
  heartbeat(): Promise<unknown>;
}

/** A machine of that name that has enrolled, was approved and let in, and whose rights are known everywhere. */
export async function startAgent(
  world: World,
  name: string,
  more: Partial<MachineFacts> = {},
): Promise<TestAgent> {
  const machine = testMachine(world.endpoint.port);
  const facts = factsOf({ ...more, hostname: name });
  const { body } = await machine.enrol(facts);
  expect(body.machine).toBe(name);
  await world.patch(name, { spec: { approval: { publicKey: machine.publicKey } } });
  const admission = await eventuallyAdmitted(machine);
  const api = apiOf(admission);
  const patch = (path: string, patched: object) =>
    api.request({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body: patched });
  await eventually(() => api.request({ method: 'GET', path: resourcePath(Machine, { namespace, name }) }));
  return {
    name,
    machine,
    facts,
    api,
    report: (agent) => patch(`${resourcePath(Machine, { namespace, name })}/status`, { status: { agent } }),
    heartbeat: () =>
      patch(resourcePath(Lease, { namespace, name: `machine-${name}` }), {
        spec: { holderIdentity: name, leaseDurationSeconds: 90, renewTime: microTime() },
      }),
  };
}

async function eventuallyAdmitted(machine: TestMachine) {
  await eventually(async () => expect((await machine.admission()).status).toBe(200));
  return (await machine.admission()).body;
}

/** Now, as Kubernetes writes a MicroTime. */
const microTime = (): string => new Date().toISOString().replace('Z', '000Z');
