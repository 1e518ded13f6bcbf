import { readdirSync, readlinkSync } from 'node:fs';
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
  // A connection that is kept would be one more of what is counted.
  const response = await fetch(`http://127.0.0.1:${httpPort}/metrics`, { headers: { connection: 'close' } });
  const metrics = await response.text();
  const files = openFiles(pid);
  return {
    rss: usageOf(pid).rss,
    heap: metric(metrics, 'nodejs_heap_size_used_bytes') / 2 ** 20,
    descriptors: files.length,
    sockets: files.filter((file) => file.startsWith('socket:')).length,
    timers: metric(metrics, 'nodejs_active_resources{type="Timeout"}'),
    resources: metric(metrics, 'nodejs_active_resources_total'),
  };
}

/** A number that the metrics have under exactly that name; 0 where they don't have it. */
function metric(text: string, name: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
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
