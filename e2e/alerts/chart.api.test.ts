import { beforeAll, describe, expect, inject, test } from 'vitest';
import { installPrometheusDefinitions } from '../harness/foreign-definitions.ts';
import { type Kubectl, kubectlOf } from '../harness/kubectl.ts';
import { checkRules } from '../harness/prometheus.ts';
import { renderChart, renderMetrics, rulesFiles } from './chart.ts';

const foreign = ['PodMonitor', 'PrometheusRule'];
const release = { release: 'kube-prometheus-stack' };

test.each(rulesFiles)('promtool reads the rules of %s as they are', async (file) => {
  expect(await checkRules(file)).toBe('');
});

test('nothing of a kind that the cluster may lack is made where nothing is said', async () => {
  const objects = await renderChart();
  expect(objects.map(({ kind }) => kind)).toContain('Deployment');
  expect(objects.filter(({ kind }) => foreign.includes(kind))).toEqual([]);
  expect(objects.filter(({ metadata }) => metadata.name === 'hearth-dashboard')).toEqual([]);
});

describe('asked for', () => {
  let kubectl: Kubectl;
  beforeAll(async () => {
    kubectl = await kubectlOf(inject('kubeconfig'));
    await installPrometheusDefinitions(kubectl);
    await kubectl(['create', 'namespace', 'hearth-system']);
    await kubectl(['create', 'namespace', 'monitoring']);
  });
  const objects = renderChart({
    eventSink: { enabled: true },
    metrics: {
      podMonitor: { enabled: true, labels: release },
      prometheusRule: { enabled: true, labels: release },
      dashboard: {
        enabled: true,
        namespace: 'monitoring',
        annotations: { grafana_folder: 'Home' },
      },
    },
  });

  test.each(foreign)('the API server takes each %s, with the labels that are looked for', async (kind) => {
    const ofKind = (await objects).filter((each) => each.kind === kind);
    expect(ofKind.map(({ metadata }) => metadata.name)).toEqual([expect.any(String), 'hearth-events']);
    for (const object of ofKind) {
      expect(object.metadata).toMatchObject({ namespace: 'hearth-system', labels: release });
      const answer = await kubectl(
        ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'],
        object,
      );
      expect(answer.stderr).toBe('');
    }
  });

  test('the dashboard lies where Grafana looks for it', async () => {
    const dashboard = (await objects).find(({ metadata }) => metadata.name === 'hearth-dashboard');
    expect(dashboard?.metadata).toMatchObject({
      namespace: 'monitoring',
      labels: { grafana_dashboard: '1' },
      annotations: { grafana_folder: 'Home' },
    });
    expect((await kubectl(['create', '--dry-run=server', '-f', '-'], dashboard)).stderr).toBe('');
  });

  test('the PodMonitor finds the pods by the name that the rules know, and their port is open', async () => {
    const { podMonitor, deployment, networkPolicy } = await renderMetrics();
    const { metadata, spec } = deployment.spec.template;
    expect(metadata.labels).toMatchObject(podMonitor.spec.selector.matchLabels);
    expect(metadata.labels).toMatchObject(networkPolicy.spec.podSelector.matchLabels);
    expect(metadata.labels[podMonitor.spec.jobLabel]).toBe('hearth-operators');
    const [port] = spec.containers.flatMap(({ ports }) => ports);
    expect(podMonitor.spec.podMetricsEndpoints).toMatchObject([{ port: port?.name }]);
    // From everywhere: where Prometheus runs is not known here.
    const [from] = networkPolicy.spec.ingress;
    expect(from?.from).toBeUndefined();
    expect(from?.ports).toContainEqual({ port: port?.containerPort });
  });
});
