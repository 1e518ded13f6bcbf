import type { DeploymentObject, StatefulSetObject } from '@hearth/runtime';
import { describe, expect, it } from 'vitest';
import { appOf, definitionOf, homeOf, inputOf, workloadInputOf } from '../testing/fixtures.ts';
import { overriddenImage } from './image.ts';
import { networkPolicy } from './network-policy.ts';
import { disruptionBudget, serviceObject, workloadObject } from './objects.ts';
import { claimObject, ownVolumes } from './volume.ts';

const simple = { ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }] };
const renderedPod = (workload: object, more: object = {}) => {
  const object = workloadObject(
    workloadInputOf(inputOf(definitionOf('x', { workloads: [{ name: 'app', ...workload }] })), more),
  ) as DeploymentObject | StatefulSetObject;
  const spec = object.spec?.template.spec;
  const container = spec?.containers[0];
  if (spec === undefined || container === undefined) throw new Error('no pod was rendered');
  return { object, spec, container };
};

describe('workloadObject', () => {
  it('is restricted unless the definition says otherwise', () => {
    const { spec, container } = renderedPod(simple);
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(spec.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('reads every value from the Secret: none stands in the template', () => {
    const { container } = renderedPod(simple, { environment: ['DATABASE_URL'] });
    expect(container.env).toEqual([
      { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'x-env', key: 'app.DATABASE_URL' } } },
    ]);
  });

  it.each([
    ['no volume', {}, 'Deployment'],
    ['a volume', { volumes: [{ name: 'data', path: '/data' }] }, 'StatefulSet'],
  ])('with %s is a %s', (_, workload, kind) => {
    expect(renderedPod(workload).object.kind).toBe(kind);
  });

  it('runs only on machines that its images are made for', () => {
    const on = (spec: object) => {
      const input = workloadInputOf(inputOf(definitionOf('x', { workloads: [{ name: 'app' }], ...spec })));
      return (workloadObject(input) as DeploymentObject).spec?.template.spec.affinity;
    };
    const only = (...values: string[]) => ({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values }] }],
        },
      },
    });
    expect(on({ architectures: ['arm64'] })).toEqual(only('arm64'));
    expect(on({})).toEqual(only('amd64', 'arm64'));
  });

  it.each([
    ['a path', { path: '/up' }, { httpGet: { path: '/up', port: 'http' } }],
    ['a path that may refuse', { path: '/up', ok: [401] }, { tcpSocket: { port: 'http' } }],
    ['a port alone', { port: 'http' }, { tcpSocket: { port: 'http' } }],
  ])('probes %s', (_, ready, action) => {
    const { container } = renderedPod({ ...simple, probes: { ready } });
    expect(container.startupProbe).toMatchObject({ ...action, failureThreshold: 120 });
    expect(container.readinessProbe).toMatchObject(action);
  });

  it('without a probe counts as up once it has stayed so', () => {
    const { object, container } = renderedPod({});
    expect(container.startupProbe).toBeUndefined();
    expect(object.spec?.minReadySeconds).toBe(5);
  });

  it('runs Hearth’s own image before the start where there are steps', () => {
    const { spec } = renderedPod({ volumes: [{ name: 'data', path: '/data' }] }, { preStart: true });
    expect(spec.initContainers?.[0]?.image).toBe('hearth:test');
    expect(spec.initContainers?.[0]?.volumeMounts).toContainEqual({ name: 'data', mountPath: '/data' });
  });
});

describe('what stands beside a workload', () => {
  it('is a Service only where there are ports', () => {
    const of = (workload: object) =>
      serviceObject(
        workloadInputOf(inputOf(definitionOf('x', { workloads: [{ name: 'app', ...workload }] }))),
      );
    expect(of({})).toBeUndefined();
    expect(of(simple)?.spec?.ports).toEqual([
      { name: 'http', port: 8080, targetPort: 'http', protocol: 'TCP', appProtocol: 'http' },
    ]);
  });

  it('is a disruption budget only for several pods', () => {
    const of = (workload: object) =>
      disruptionBudget(
        workloadInputOf(inputOf(definitionOf('x', { workloads: [{ name: 'app', ...workload }] }))),
      );
    expect(of({})).toBeUndefined();
    expect(of({ replicas: 2 })?.spec?.maxUnavailable).toBe(1);
  });
});

describe('claims', () => {
  const definition = definitionOf('x', {
    workloads: [
      { name: 'app', volumes: [{ name: 'data', path: '/data', size: '5Gi', shared: true }] },
      { name: 'worker', volumes: [{ name: 'data', path: '/data', size: '5Gi', shared: true }] },
    ],
  });
  const sizes = (spec: object) => {
    const input = inputOf(definition, appOf('x', spec), homeOf({ storageClass: 'fast' }));
    return ownVolumes(input)
      .map((volume) => claimObject(input, volume, undefined))
      .map(({ metadata, spec: claim }) => [
        metadata.name,
        claim?.resources?.requests?.storage,
        claim?.storageClassName,
      ]);
  };

  it('makes a shared volume once, of the size that is asked', () => {
    expect(sizes({})).toEqual([['x-data', '5Gi', 'fast']]);
    expect(sizes({ volumes: [{ name: 'data', size: '20Gi' }] })).toEqual([['x-data', '20Gi', 'fast']]);
  });

  it('makes none where the person has one', () => {
    expect(sizes({ volumes: [{ name: 'data', existingClaim: 'films' }] })).toEqual([]);
  });
});

describe('overriddenImage', () => {
  const home = homeOf({
    imageOverrides: [
      { name: 'docker.io/', image: 'mirror.lan/hub/' },
      { name: 'docker.io/library/', image: 'mirror.lan/official/' },
      { name: 'docker.io/library/postgres:15', image: 'localhost/postgres:15' },
    ],
  });
  it.each([
    ['docker.io/library/postgres:15', 'localhost/postgres:15'],
    ['docker.io/library/postgres:16', 'mirror.lan/official/postgres:16'],
    ['docker.io/someone/thing:1', 'mirror.lan/hub/someone/thing:1'],
    ['ghcr.io/someone/thing:1', 'ghcr.io/someone/thing:1'],
  ])('%s is pulled as %s', (image, pulled) => {
    expect(overriddenImage(image, home)).toBe(pulled);
  });
});

describe('networkPolicy', () => {
  it('opens an App to its own pods, the suite, its gateway and those that use it', () => {
    const policy = networkPolicy(inputOf(definitionOf('x', {})), {
      gateway: 'traefik',
      consumers: [{ namespace: 'other', name: 'rss' }],
      namespaces: ['lab'],
    });
    expect(policy.spec?.policyTypes).toEqual(['Ingress']);
    expect(policy.spec?.ingress?.[0]?.from).toEqual([
      { podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'x' } } },
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'hearth-system' } } },
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'traefik' } } },
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } },
        podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'rss' } },
      },
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'lab' } } },
    ]);
  });
});
