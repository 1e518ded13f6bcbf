import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What identity counts; the admin port serves it. */
export interface Metrics {
  readonly registry: Registry;
  signIn(result: 'opened' | 'refused'): void;
  /** A forward-auth check was answered. */
  check(result: 'let-in' | 'sent-to-sign-in' | 'refused'): void;
  logout(result: 'told' | 'failed'): void;
  /** The directory was compared with what it is to hold. */
  directory(result: 'in-step' | 'failed'): void;
  /** A request for people was answered. */
  request(route: string, code: number, seconds: number): void;
  sessions(count: () => number): void;
}

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Metrics in a registry of their own, with those of the process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const results = (name: string, help: string) =>
    new Counter({ registers, name: `hearth_identity_${name}_total`, help, labelNames: ['result'] });
  const signIns = results('sign_ins', 'Passkeys shown, by whether they opened a session.');
  const checks = results('forward_auth_checks', 'Requests that the gateway asked about.');
  const logouts = results('logouts', 'Back-channel logouts, by whether the app took it.');
  const directory = new Counter({
    registers,
    name: 'hearth_identity_directory_passes_total',
    help: 'Passes over the directory, by whether it is in step since.',
    labelNames: ['result'],
  });
  const requests = new Histogram({
    registers,
    name: 'hearth_identity_request_seconds',
    help: 'Time to answer, by route and status.',
    labelNames: ['route', 'code'],
    buckets: BUCKETS,
  });
  return {
    registry,
    signIn: (result) => signIns.inc({ result }),
    check: (result) => checks.inc({ result }),
    logout: (result) => logouts.inc({ result }),
    directory: (result) => directory.inc({ result }),
    request: (route, code, seconds) => requests.observe({ route, code }, seconds),
    sessions: (count) => watchSessions(registry, count),
  };
}

function watchSessions(registry: Registry, count: () => number): void {
  new Gauge({
    registers: [registry],
    name: 'hearth_identity_sessions',
    help: 'Sessions in memory.',
    collect() {
      this.set(count());
    },
  });
}
