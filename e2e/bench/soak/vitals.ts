import { readdirSync, readlinkSync } from 'node:fs';
import { readMetrics, sumOf } from '../metrics.ts';
import { usageOf } from '../usage.ts';

/** What a process holds on to, seen from outside. */
export interface Vitals {
  /** MiB. */
  readonly rss: number;
  /** Of V8's heap, MiB; what was not collected yet is in it. */
  readonly heap: number;
  /** Open files of every kind, as in /proc/PID/fd. */
  readonly descriptors: number;
  readonly sockets: number;
  /** Timers that keep the process alive, as Node says (`process.getActiveResourcesInfo`, in its metrics). */
  readonly timers: number;
  /** All of what Node says so of. */
  readonly resources: number;
}

/** Looks at a process that serves its metrics at a port of the loopback interface. */
export async function vitalsOf(pid: number, httpPort: number): Promise<Vitals> {
  const metrics = await readMetrics(httpPort);
  const files = openFiles(pid);
  return {
    rss: usageOf(pid).rss,
    heap: sumOf(metrics, 'nodejs_heap_size_used_bytes') / 2 ** 20,
    descriptors: files.length,
    sockets: files.filter((file) => file.startsWith('socket:')).length,
    timers: sumOf(metrics, 'nodejs_active_resources', { type: 'Timeout' }),
    resources: sumOf(metrics, 'nodejs_active_resources_total'),
  };
}

function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((file) => {
    try {
      return [readlinkSync(`${folder}/${file}`)];
    } catch {
      // It was closed while the list was read.
      return [];
    }
  });
}
