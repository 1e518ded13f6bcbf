import { expect, test } from 'vitest';
import { nodeFacts } from './nodes.ts';

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
