import { join } from 'node:path';
import { execa } from 'execa';
import { loadAll } from 'js-yaml';
import { ensureTools } from '../../bootstrap/local/native/toolchain.ts';
import type { Resource } from '../../operators/runtime/index.ts';

const chart = join(import.meta.dirname, '../../charts/hearth');

/** The rules of the chart, readable by themselves: of the operators, and of the event sink. */
export const rulesFiles = ['alerts', 'alerts-events'].map((name) => join(chart, `files/${name}.yaml`));

/** A rule of Prometheus: an alert, or what is recorded under a name of its own. */
export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What a rule file holds, and a PrometheusRule as its spec. */
export interface Rules {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

/** What of a PodMonitor says how to scrape. */
interface PodMonitor extends Resource {
  readonly spec: {
    readonly jobLabel: string;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly podMetricsEndpoints: readonly {
      readonly port: string;
      readonly path: string;
      readonly honorLabels: boolean;
    }[];
  };
}

interface Port {
  readonly name: string;
  readonly containerPort: number;
}

/** What of a Deployment says who is scraped. */
interface Deployment extends Resource {
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: {
        readonly containers: readonly { readonly ports: readonly Port[] }[];
      };
    };
  };
}

/** What of a NetworkPolicy says who is let in, and where. */
interface NetworkPolicy extends Resource {
  readonly spec: {
    readonly podSelector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly ingress: readonly { readonly from?: unknown; readonly ports: readonly object[] }[];
  };
}

/** A panel of a dashboard, as far as it is looked at. */
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly datasource: object }[];
}

/** A Grafana dashboard, as far as it is looked at. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
  readonly panels: readonly Panel[];
}

/** The objects of a release with these values, as helm makes them. */
export async function renderChart(values: object = {}): Promise<readonly Resource[]> {
  const { helm } = await ensureTools(['helm'], () => undefined);
  const args = ['template', 'hearth', chart, '--namespace', 'hearth-system', '--values', '-'];
  const { stdout } = await execa(helm, args, { input: JSON.stringify(values) });
  return (loadAll(stdout) as (Resource | null)[]).filter((object) => object !== null);
}

/** All that the chart makes of metrics, with those who serve them and who may ask. */
export async function renderMetrics() {
  const enabled = { enabled: true };
  const objects = await renderChart({
    metrics: { podMonitor: enabled, prometheusRule: enabled, dashboard: enabled },
  });
  const find = <T extends Resource>(kind: string, name: string): T => {
    const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
    if (found === undefined) throw new Error(`the chart renders no ${kind} ${name}`);
    return found as T;
  };
  const { data } = find<Resource & { readonly data: Readonly<Record<string, string>> }>(
    'ConfigMap',
    'hearth-dashboard',
  );
  return {
    rules: find<Resource & { readonly spec: Rules }>('PrometheusRule', 'hearth').spec,
    podMonitor: find<PodMonitor>('PodMonitor', 'hearth-operators'),
    deployment: find<Deployment>('Deployment', 'hearth-operators'),
    networkPolicy: find<NetworkPolicy>('NetworkPolicy', 'hearth-operators'),
    dashboard: JSON.parse(data['hearth.json'] ?? '') as Dashboard,
  };
}

/** The entry of `scrape_configs` that the Prometheus operator makes of the PodMonitor, for pods at these addresses. */
export function scrapeConfig(
  { podMonitor, deployment }: Pick<Awaited<ReturnType<typeof renderMetrics>>, 'podMonitor' | 'deployment'>,
  pods: Readonly<Record<string, string>>,
): object {
  const { jobLabel, podMetricsEndpoints } = podMonitor.spec;
  const [endpoint] = podMetricsEndpoints;
  return {
    job_name: deployment.spec.template.metadata.labels[jobLabel],
    metrics_path: endpoint?.path,
    honor_labels: endpoint?.honorLabels,
    static_configs: Object.entries(pods).map(([pod, address]) => ({
      targets: [address],
      labels: {
        namespace: podMonitor.metadata.namespace,
        pod,
        container: 'operators',
        endpoint: endpoint?.port,
      },
    })),
  };
}
