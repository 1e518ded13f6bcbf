import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import { ensurePrerequisites, type Prerequisite } from '../../bootstrap/local/prerequisites.ts';
import { freePort } from './free-port.ts';

/** What it needs of the machine: the server, and promtool beside it. */
export const PROMETHEUS_PACKAGES: readonly Prerequisite[] = [
  { package: 'prometheus', provides: 'prometheus' },
];

/** A series' labels; its metric is `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/** An alert whose condition holds: for long enough, or not yet. */
export interface ActiveAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: 'pending' | 'firing';
}

/** A Prometheus of a test's own. */
export interface Prometheus {
  /** The alerts of now. */
  alerts(): Promise<readonly ActiveAlert[]>;
  /** The series that an expression gives now. */
  query(expression: string): Promise<readonly { readonly metric: Labels; readonly value: number }[]>;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
}

/** What a Prometheus is to do. */
export interface PrometheusWork {
  /** An entry of `scrape_configs`. */
  readonly scrape: object;
  /** What a rule file holds. */
  readonly rules: object;
  /** Between two scrapes, and two looks at the rules. */
  readonly interval: string;
}

/** Starts a real Prometheus (Debian's, installed where it may be). It ends with this process, however that ends. */
export async function startPrometheus({ scrape, rules, interval }: PrometheusWork): Promise<Prometheus> {
  await ensurePrerequisites(PROMETHEUS_PACKAGES, () => undefined);
  const folder = await mkdtemp(join(tmpdir(), 'hearth-prometheus-'));
  const config = {
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    scrape_configs: [scrape],
    rule_files: ['rules.yaml'],
  };
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yaml'), JSON.stringify(config));
  await writeFile(join(folder, 'rules.yaml'), JSON.stringify(rules));
  const address = `127.0.0.1:${await freePort()}`;
  const flags = [
    `--config.file=${join(folder, 'prometheus.yaml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--log.level=warn',
  ];
  const log = { file: join(folder, 'log') };
  const server = execa('setpriv', ['--pdeathsig=KILL', '--', 'prometheus', ...flags], {
    reject: false,
    stdin: 'ignore',
    stdout: log,
    stderr: log,
  });
  const stop = async () => {
    server.kill('SIGKILL');
    await server;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  if (!(await isReady(address))) {
    const said = await readFile(log.file, 'utf8');
    await stop();
    throw new Error(`Prometheus did not start: ${said.slice(-2000)}`);
  }
  return { ...clientOf(address), stop };
}

/**
 * Checks a rule file with promtool.
 * @returns what it finds wrong; nothing where all is well.
 */
export async function checkRules(file: string): Promise<string> {
  await ensurePrerequisites(PROMETHEUS_PACKAGES, () => undefined);
  const { exitCode, all } = await execa('promtool', ['check', 'rules', '--lint-fatal', file], {
    reject: false,
    all: true,
  });
  return exitCode === 0 ? '' : all;
}

async function isReady(address: string): Promise<boolean> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await fetch(`http://${address}/-/ready`).catch(() => undefined);
    if (answer?.ok) return true;
    await pause(100);
  }
  return false;
}

/** Its HTTP API; see https://prometheus.io/docs/prometheus/latest/querying/api/. */
function clientOf(address: string): Pick<Prometheus, 'alerts' | 'query'> {
  const get = async <T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> => {
    const answer = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(query)}`);
    const { status, error, data } = (await answer.json()) as { status: string; error?: string; data: T };
    if (status !== 'success') throw new Error(`Prometheus refuses ${JSON.stringify(query)}: ${error}`);
    return data;
  };
  return {
    alerts: async () => (await get<{ alerts: ActiveAlert[] }>('alerts')).alerts,
    async query(expression) {
      type Vector = { readonly metric: Labels; readonly value: readonly [time: number, value: string] };
      const { result } = await get<{ result: Vector[] }>('query', { query: expression });
      return result.map(({ metric, value: [, value] }) => ({ metric, value: Number(value) }));
    },
  };
}
