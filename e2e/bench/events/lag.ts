import { setTimeout as pause } from 'node:timers/promises';
import { User } from '@hearth/domain';
import { createTransport, loadCluster, type Resource, resourcePath, type Transport } from '@hearth/runtime';
import { startControlPlane } from '../../harness/control-plane.ts';
import { installDefinitions } from '../../harness/definitions.ts';
import { kubectlOf } from '../../harness/kubectl.ts';
import { percentile } from '../identity/spread.ts';
import { inLanes } from '../lanes.ts';
import type { Sink } from './sink.ts';

/** How long it took until queries saw what a client had changed. */
export interface Lag {
  readonly resources: number;
  readonly changes: number;
  /** Changes a second that were made. */
  readonly rate: number;
  /** Milliseconds from sending a change to the API server until every query sees it. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  /** Milliseconds until the API server answered, and from then on until every query sees it: the sink's own part. */
  readonly answered: number;
  readonly ownP50: number;
  readonly ownP99: number;
}

/** Changes a second. */
const RATE = 200;

/**
 * Changes resources through a real API server at a constant rate, while a sink watches and is asked all the time. A
 * change counts from when it was to be sent, however late the client is.
 */
export async function measureLag(sink: Sink, resources: number, seconds: number): Promise<Lag> {
  const plane = await startControlPlane();
  const transport = createTransport(await loadCluster({ kubeconfig: plane.kubeconfig }));
  try {
    await installDefinitions(await kubectlOf(plane.kubeconfig));
    const names = Array.from({ length: resources }, (_, index) => `person-${index}`);
    await inLanes(names, (name) => create(transport, name));
    await sink.order({ do: 'watch', kubeconfig: plane.kubeconfig });
    const seen = new Map<string, number>();
    sink.onSeen(({ seen: versions, at }) => {
      for (const version of versions) seen.set(version, at);
    });
    return await changeAll(transport, sink, names, seconds, seen);
  } finally {
    await sink.stop();
    await transport.close();
    await plane.stop();
  }
}

interface Sent {
  readonly at: number;
  readonly answered: number;
  readonly version: string;
}

async function changeAll(
  transport: Transport,
  sink: Sink,
  names: readonly string[],
  seconds: number,
  seen: ReadonlyMap<string, number>,
): Promise<Lag> {
  const begin = now();
  const count = RATE * seconds;
  const asking = new AbortController();
  const questions = askAllTheTime(sink, asking.signal);
  const sent = await Promise.all(
    Array.from({ length: count }, async (_, index): Promise<Sent> => {
      const at = begin + (index * 1000) / RATE;
      await pause(Math.max(0, at - now()));
      const version = await change(transport, names[index % names.length] ?? '', index);
      return { at, answered: now() - at, version };
    }),
  );
  const took = (now() - begin) / 1000;
  // One that is never seen must not keep the benchmark waiting for ever.
  const patience = AbortSignal.timeout(120_000);
  while (sent.some(({ version }) => !seen.has(version))) await pause(50, undefined, { signal: patience });
  asking.abort();
  await questions;
  const lags = sent.map(({ at, version }) => (seen.get(version) ?? Number.NaN) - at);
  const own = sent.map(({ answered }, index) => (lags[index] ?? Number.NaN) - answered);
  return {
    resources: names.length,
    changes: count,
    rate: count / took,
    p50: percentile(lags, 0.5),
    p99: percentile(lags, 0.99),
    longest: Math.max(...lags),
    answered: percentile(
      sent.map(({ answered }) => answered),
      0.5,
    ),
    ownP50: percentile(own, 0.5),
    ownP99: percentile(own, 0.99),
  };
}

/** Somebody looks at the last changes, five times a second. */
async function askAllTheTime(sink: Sink, signal: AbortSignal): Promise<void> {
  const sparql = 'SELECT ?r ?n { ?c prov:generated ?r ; h:seq ?n } ORDER BY DESC(?n) LIMIT 10';
  while (!signal.aborted) {
    await sink.order({ do: 'ask', sparql, allowed: 'all' });
    await pause(200);
  }
}

const now = () => performance.timeOrigin + performance.now();

const create = (transport: Transport, name: string) =>
  transport.request({
    method: 'POST',
    path: resourcePath(User, {}),
    body: { apiVersion: User.apiVersion, kind: User.kind, metadata: { name }, spec: { displayName: name } },
  });

async function change(transport: Transport, name: string, index: number): Promise<string> {
  const { metadata } = await transport.request<Resource>({
    method: 'PATCH',
    path: resourcePath(User, { name }),
    contentType: 'application/merge-patch+json',
    body: { spec: { displayName: `${name}, for the ${index}th time` } },
  });
  return metadata.resourceVersion ?? '';
}
