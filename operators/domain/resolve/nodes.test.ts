import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMachines, nodeFacts } from './nodes.ts';

const node = (name: string) => ({
  metadata: { name },
  status: { nodeInfo: { architecture: 'arm64' }, allocatable: { cpu: '4', memory: '8Gi' } },
});
const pod = (nodeName: string, ...requests: object[]) => ({
  spec: { nodeName, containers: requests.map((each) => ({ resources: { requests: { ...each } } })) },
});

test('a machine has left what its pods don’t ask for', () => {
  const pods = [pod('pi', { cpu: '500m', memory: '1Gi' }, { cpu: '1' }), pod('nas', { cpu: '2' }), {}];
  expect(nodeFacts([node('pi'), { metadata: { name: 'new' } }], pods)).toEqual([
    { name: 'pi', arch: 'arm64', free: { cpu: 2.5, memory: 7 * 2 ** 30 } },
    { name: 'new', arch: '', free: { cpu: 0, memory: 0 } },
  ]);
});

test('a quantity that can’t be read counts for nothing', () => {
  expect(nodeFacts([node('pi')], [pod('pi', { cpu: 'much', memory: '1Gi' })])).toMatchObject([
    { free: { cpu: 4, memory: 7 * 2 ** 30 } },
  ]);
});

test('told of pods one by one as they come, change and go, it says the same', () => {
  const anyPod = fc.option(
    fc
      .tuple(
        fc.constantFrom('pi', 'nas'),
        fc.constantFrom('0.1', '333m', '1'),
        fc.constantFrom('7M', '100Ki'),
      )
      .map(([name, cpu, memory]) => pod(name, { cpu, memory })),
    { nil: undefined },
  );
  const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), anyPod), { maxLength: 40 });
  const nodes = [node('pi'), node('nas'), node('gone')];
  fc.assert(
    fc.property(steps, (changes) => {
      const machines = createMachines();
      const pods = new Map<string, ReturnType<typeof pod> | undefined>();
      for (const each of nodes) machines.putNode(each.metadata.name, each);
      machines.putNode('gone', undefined);
      for (const [name, after] of changes) {
        machines.putPod(pods.get(name), after);
        pods.set(name, after);
      }
      const left = [...pods.values()].filter((each) => each !== undefined);
      expect(machines.facts()).toEqual(nodeFacts(nodes.slice(0, 2), left));
    }),
  );
});
