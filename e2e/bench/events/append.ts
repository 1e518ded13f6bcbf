import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { EventLog, NewEvent } from '../../../operators/event-sink/log/event-log.ts';
import { percentile } from '../identity/spread.ts';

/** How fast a log took events. */
export interface AppendRate {
  readonly writers: number;
  /** Events a second, each on disk before it was counted. */
  readonly rate: number;
  /** Milliseconds from an append to its acknowledgement. */
  readonly p50: number;
  readonly p99: number;
}

/** Lets so many writers append one event after the other, each waiting until its own is on disk. */
export async function measureAppends(log: EventLog, writers: number, seconds: number): Promise<AppendRate> {
  const waits: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  let version = 0;
  const write = async () => {
    while (performance.now() < end) {
      version += 1;
      const before = performance.now();
      await log.append([changeOf(version)], { of: 'apps.apps.hearth.dev', resourceVersion: `${version}` });
      waits.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  const rate = waits.length / ((performance.now() - start) / 1000);
  return { writers, rate, p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) };
}

/** Of ten thousand Apps of one and a half kilobytes each. */
function changeOf(version: number): NewEvent {
  const name = `app-${version % 10_000}`;
  return {
    type: 'modified',
    resource: {
      group: 'apps.hearth.dev',
      version: 'v1alpha1',
      kind: 'App',
      plural: 'apps',
      namespace: 'home',
      name,
      uid: name,
    },
    resourceVersion: `${version}`,
    inferred: false,
    actor: { name: 'hearth', confidence: 'field-manager', operation: 'Apply' },
    patch: [{ op: 'replace', path: '/status/observedGeneration', value: version }],
    object: { spec: { text: 'x'.repeat(1400) }, status: { observedGeneration: version } },
  };
}

/** Syncs a second of a page at a time that a disk does, with nothing above it. */
export function measureSyncs(folder: string, seconds: number): number {
  const path = join(folder, 'page');
  const file = openSync(path, 'w');
  const page = new Uint8Array(4096);
  const start = performance.now();
  let count = 0;
  try {
    for (; performance.now() < start + seconds * 1000; count += 1) {
      writeSync(file, page);
      fdatasyncSync(file);
    }
  } finally {
    closeSync(file);
    rmSync(path);
  }
  return count / ((performance.now() - start) / 1000);
}
