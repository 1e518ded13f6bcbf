import type { JobObject, PodObject } from '@hearth/runtime';
import { describe, expect, test } from 'vitest';
import { appOf, definitionOf, inputOf, workloadInputOf } from '../../testing/fixtures.ts';
import type { WorkloadInput } from '../../workload/input.ts';
import { workloadObject } from '../../workload/objects.ts';
import { type CommandStep, carryOutCommand, commandJob, commandState } from './command.ts';

const key = Buffer.alloc(32, 1);
const step: CommandStep = { name: 'migrate', type: 'command', command: ['rss', '-migrate', '; rm -rf /'] };

const definition = definitionOf('rss', {
  workloads: [
    {
      name: 'app',
      args: ['serve'],
      ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
      volumes: [{ name: 'data', path: '/data' }],
      probes: { ready: { path: '/health' } },
      env: { TOKEN: '${secret.token}' },
      resources: { memory: '512Mi' },
      security: { runAsUser: 1234, runAsGroup: 1234, readOnlyRoot: true, level: 'restricted' },
    },
  ],
  configure: { preStart: [{ name: 'dir', type: 'directory', path: '/data/x' }] },
});
const inputWith = (more: Partial<WorkloadInput> = {}, app = appOf('rss')) =>
  workloadInputOf(inputOf(definition, app), { environment: ['TOKEN'], preStart: true, ...more });
const nameWith = (...given: Parameters<typeof inputWith>) =>
  commandJob(inputWith(...given), step, key).metadata.name;

describe('commandJob', () => {
  const job = commandJob(inputWith(), step, key);
  const spec = job.spec?.template.spec;
  const workload = workloadObject(inputWith());
  const container = workload.spec?.template.spec.containers[0];

  test('runs the command in the app’s image, as its user, with its environment and volumes', () => {
    expect(spec?.containers).toEqual([
      {
        name: 'app',
        image: 'example.org/rss:1.0',
        imagePullPolicy: 'IfNotPresent',
        command: ['rss', '-migrate', '; rm -rf /'],
        env: container?.env,
        volumeMounts: container?.volumeMounts,
        resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '512Mi' } },
        securityContext: container?.securityContext,
      },
    ]);
    expect(spec?.securityContext).toEqual(workload.spec?.template.spec.securityContext);
    expect(spec?.volumes).toEqual([
      { name: 'data', persistentVolumeClaim: { claimName: 'rss-data' } },
      { name: 'hearth-ca', configMap: { name: 'hearth-ca', optional: true } },
    ]);
    expect(spec?.initContainers).toBeUndefined();
  });

  test('ends by itself', () => {
    expect(spec?.restartPolicy).toBe('Never');
    expect(job.spec).toMatchObject({
      backoffLimit: 2,
      activeDeadlineSeconds: 600,
      ttlSecondsAfterFinished: 600,
    });
  });

  test('is no pod of the workload: its Service doesn’t find it', () => {
    const labels = job.spec?.template.metadata?.labels ?? {};
    const selector = workload.spec?.selector.matchLabels ?? {};
    expect(Object.entries(selector).every(([name, value]) => labels[name] === value)).toBe(false);
    expect(labels['app.kubernetes.io/instance']).toBe('rss');
  });

  test('runs beside the workload where volumes bind both', () => {
    expect(spec?.affinity).toMatchObject({
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: workload.spec?.selector.matchLabels } },
        ],
      },
    });
  });

  test('is the same Job for the same command and configuration only', () => {
    expect(job.metadata.name).toMatch(/^rss-migrate-[0-9a-f]{10}$/);
    const others = [
      nameWith({ configHash: 'other' }),
      nameWith({}, appOf('rss2', { definition: 'rss' })),
      commandJob(inputWith(), { ...step, command: ['other'] }, key).metadata.name,
      commandJob(inputWith(), step, Buffer.alloc(32, 2)).metadata.name,
    ];
    expect(nameWith()).toBe(job.metadata.name);
    expect(new Set([job.metadata.name, ...others]).size).toBe(5);
  });

  test('has a name that fits into a label', () => {
    const long = commandJob(
      inputWith({}, appOf('a'.repeat(40), { definition: 'rss' })),
      { ...step, name: 'b'.repeat(15) },
      key,
    );
    expect(long.metadata.name).toHaveLength(63);
  });
});

const jobWith = (conditions: NonNullable<NonNullable<JobObject['status']>['conditions']>): JobObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { namespace: 'home', name: 'rss-migrate-1' },
  status: { conditions },
});
const podWith = (state: object): PodObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod' },
  status: { containerStatuses: [{ name: 'app', ready: false, restartCount: 0, state }] },
});

describe('commandState', () => {
  const failed = [
    { type: 'Failed', status: 'True', message: 'Job was active longer than specified deadline' },
  ];
  test.each([
    ['done', [{ type: 'Complete', status: 'True' }], [], undefined],
    ['running', [], [], 'its command is running'],
    [
      'running',
      [{ type: 'Complete', status: 'False' }],
      [podWith({ running: {} })],
      'its command is running',
    ],
    [
      'running',
      [],
      [podWith({ waiting: { reason: 'ImagePullBackOff' } })],
      'its command waits to start (ImagePullBackOff)',
    ],
    [
      'failed',
      failed,
      [podWith({ terminated: { exitCode: 3, reason: 'Error', message: 'hunter2' } })],
      'its command ended with exit code 3 (Error); see kubectl logs -n home job/rss-migrate-1',
    ],
    [
      'failed',
      failed,
      [],
      'its command failed (Job was active longer than specified deadline); see kubectl logs -n home job/rss-migrate-1',
    ],
  ])('%s', (state, conditions, pods, message) => {
    expect(commandState(jobWith(conditions), pods)).toEqual(
      message === undefined ? { state } : { state, message },
    );
  });
});

describe('carryOutCommand', () => {
  const run = (conditions: Parameters<typeof jobWith>[0]) => {
    const applied: JobObject[] = [];
    const context = {
      read: { list: () => [] },
      act: {
        apply: async (job: JobObject) => {
          applied.push(job);
          return { object: { ...job, ...jobWith(conditions), metadata: job.metadata }, changed: true };
        },
      },
    } as unknown as Parameters<typeof carryOutCommand>[3];
    return { applied, result: carryOutCommand(step, inputWith(), key, context) };
  };

  test('applies the Job and goes on once it is done', async () => {
    const { applied, result } = run([{ type: 'Complete', status: 'True' }]);
    await result;
    expect(applied).toEqual([commandJob(inputWith(), step, key)]);
  });

  test.each([
    ['Configuring', [], /^Step migrate of App home\/rss: its command is running\.$/],
    [
      'ConfigureFailed',
      [{ type: 'Failed', status: 'True' }],
      /: its command failed \(no reason given\); see /,
    ],
  ])('waits: %s', async (reason, conditions, message) => {
    await expect(run(conditions).result).rejects.toMatchObject({
      name: 'Waiting',
      reason,
      message: expect.stringMatching(message),
    });
  });
});
