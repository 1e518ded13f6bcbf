import type { DeploymentObject, PodObject, StatefulSetObject } from '@hearth/runtime';
import { expect, it } from 'vitest';
import { definitionOf } from '../testing/fixtures.ts';
import { healthOf, pauseOf, rolloutOf } from './health.ts';

const [workload] = definitionOf('x', { workloads: [{ name: 'web' }] }).spec.workloads ?? [];
if (workload === undefined) throw new Error('no workload');

const deployment = (status: object): DeploymentObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'x', generation: 2 },
  spec: { replicas: 1, selector: {}, template: { spec: { containers: [] } } },
  status: { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1, ...status },
});
const stateful = (status: object): StatefulSetObject => ({ ...deployment(status), kind: 'StatefulSet' });
const pod = (status: object): PodObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  status,
});
const waiting = (reason: string) =>
  pod({
    containerStatuses: [{ name: 'web', image: 'i:1', restartCount: 3, state: { waiting: { reason } } }],
  });

it.each<[string, DeploymentObject | StatefulSetObject | undefined, PodObject[], string]>([
  ['all pods are new and available', deployment({}), [], 'up'],
  ['its controller has not seen the change', deployment({ observedGeneration: 1 }), [], 'Starting'],
  ['an old pod is still there', deployment({ replicas: 2 }), [], 'Starting'],
  [
    'its pod is ready, but not for long enough yet',
    deployment({ readyReplicas: 1, availableReplicas: undefined }),
    [],
    'Starting',
  ],
  ['only the old pod is available', deployment({ updatedReplicas: 0 }), [], 'Starting'],
  ['there is none', undefined, [], 'Starting'],
  [
    'the image can’t be had',
    deployment({ availableReplicas: 0 }),
    [waiting('ImagePullBackOff')],
    'ImageMissing',
  ],
  ['it crashes', deployment({ availableReplicas: 0 }), [waiting('CrashLoopBackOff')], 'Crashing'],
  [
    'no machine has room',
    deployment({ availableReplicas: 0 }),
    [pod({ conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes' }] })],
    'NoRoom',
  ],
  [
    'a pod is refused',
    deployment({
      availableReplicas: 0,
      conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'pods "x" is forbidden: a quota.' }],
    }),
    [],
    'PodRefused',
  ],
  ['a StatefulSet has no pod', stateful({ replicas: 0, availableReplicas: 0 }), [], 'NoPod'],
  ['a StatefulSet’s pod is on its way', stateful({ replicas: 1, availableReplicas: 0 }), [], 'Starting'],
])('when %s', (_, object, pods, expected) => {
  const health = healthOf(workload, object, pods);
  expect(health.up ? 'up' : health.reason).toBe(expected);
  if (!health.up) expect(health.message).toMatch(/^web .*\.|0\/1 nodes$/);
});

it.each<[string, object, boolean]>([
  ['what its controller has seen', { observedGeneration: 1 }, true],
  ['how many pods there are', { replicas: 2 }, true],
  ['how many are new', { updatedReplicas: 0 }, true],
  ['how many are available', { availableReplicas: 0 }, true],
  [
    'that a pod is refused',
    { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'a quota' }] },
    true,
  ],
  [
    'no longer that one was',
    { conditions: [{ type: 'ReplicaFailure', status: 'False', message: '' }] },
    false,
  ],
  ['not how many are ready', { readyReplicas: 1 }, false],
  [
    'not how it comes on',
    { conditions: [{ type: 'Progressing', status: 'True', message: 'is progressing' }] },
    false,
  ],
])('of a workload, it counts %s', (_, status, counts) => {
  const isSame = JSON.stringify(rolloutOf(deployment(status))) === JSON.stringify(rolloutOf(deployment({})));
  expect(isSame).toBe(!counts);
});

it('a pod says nothing while it goes its way, and otherwise what holds it up', () => {
  const container = (state: object, restartCount = 0) =>
    pod({ containerStatuses: [{ name: 'web', image: 'i:1', restartCount, state }] });
  const unscheduled = pod({ conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes' }] });
  const says = (each: PodObject) => JSON.stringify(pauseOf(each));
  const scheduled = pod({ conditions: [{ type: 'PodScheduled', status: 'True' }] });
  for (const each of [scheduled, container({ running: {} })]) expect(says(each)).toBe(says(pod({})));
  const different = [
    pod({}),
    unscheduled,
    waiting('ImagePullBackOff'),
    waiting('CrashLoopBackOff'),
    container({ waiting: { reason: 'CrashLoopBackOff' } }, 4),
    container({ terminated: { exitCode: 1 } }),
  ];
  expect(new Set(different.map(says)).size).toBe(different.length);
});
