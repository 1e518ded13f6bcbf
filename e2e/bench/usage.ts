import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used, as the kernel says (proc_pid_stat(5), proc_pid_status(5)). */
export interface Usage {
  /** CPU seconds since its start, in user and kernel mode. */
  readonly cpu: number;
  /** Resident memory of now, and at its highest, in MiB. */
  readonly rss: number;
  readonly peakRss: number;
}

/** The kernel counts CPU time in hundredths of a second towards user space, whatever its own tick (USER_HZ). */
const TICKS = 100;

/** What a running process has used. @throws where there is none of that id. */
export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { cpu: statOf(pid).cpu, rss: mib('VmRSS'), peakRss: mib('VmHWM') };
}

/** A moment of the machine, to be compared with a later one. */
export interface MachineMoment {
  /** CPU seconds in which the machine was not idle, those that a hypervisor took included. */
  readonly busy: number;
  /** CPU seconds that this process and all below it have used. */
  readonly own: number;
  /** Seconds of all CPUs together. */
  readonly total: number;
}

/** The machine as it is now. */
export function machineMoment(): MachineMoment {
  const fields = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]?.split(' ').map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0, steal = 0] = fields;
  const busy = (user + nice + system + irq + softIrq + steal) / TICKS;
  return { busy, own: cpuBelow(process.pid), total: busy + (idle + wait) / TICKS };
}

/** Which share of the machine's CPU time went to something else between two moments. */
export function noiseBetween(from: MachineMoment, to: MachineMoment): number {
  return Math.max(0, to.busy - from.busy - (to.own - from.own)) / (to.total - from.total);
}

/** The CPU seconds of a process and its descendants, those that have ended included. */
function cpuBelow(root: number): number {
  const processes = new Map<number, Stat>();
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    try {
      processes.set(pid, statOf(pid));
    } catch {
      // It ended while the list was read.
    }
  }
  const isBelow = (pid: number): boolean =>
    pid === root || ((processes.get(pid)?.parent ?? 0) > 0 && isBelow(processes.get(pid)?.parent ?? 0));
  return [...processes].reduce((sum, [pid, { cpu, waited }]) => sum + (isBelow(pid) ? cpu + waited : 0), 0);
}

interface Stat {
  readonly parent: number;
  readonly cpu: number;
  /** CPU seconds of its children that have ended. */
  readonly waited: number;
}

function statOf(pid: number): Stat {
  // The second field is the command in parentheses, which may itself hold any character.
  const [, fields = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  const number = (position: number) => Number(fields.split(' ')[position - 3]);
  return {
    parent: number(4),
    cpu: (number(14) + number(15)) / TICKS,
    waited: (number(16) + number(17)) / TICKS,
  };
}
