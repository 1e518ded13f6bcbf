import { readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { readIfThere, writeWhole } from '../files.ts';
import { allProcesses, readProc } from './native/identity.ts';

/** Whether nothing listens on the TCP port, on any address of the machine. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '0.0.0.0', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * A port for each name: the one that it had before if that is still free, else the one that it prefers, else the
 * next free one above. No port is given twice.
 */
export async function choosePorts<Name extends string>(
  preferred: Readonly<Record<Name, number>>,
  before: Readonly<Partial<Record<Name, number>>>,
  free: (port: number) => Promise<boolean> = isFree,
): Promise<Record<Name, number>> {
  const chosen: Partial<Record<Name, number>> = {};
  const taken = new Set<number>();
  for (const name of Object.keys(preferred) as Name[]) {
    const candidates = [before[name], preferred[name], ...above(preferred[name])];
    for (const port of candidates) {
      if (port === undefined || taken.has(port) || !(await free(port))) continue;
      chosen[name] = port;
      taken.add(port);
      break;
    }
  }
  return chosen as Record<Name, number>;
}

/** Privileged ports move to the range that people use in their place (443 to 8443), others go up one by one. */
function* above(port: number): Generator<number> {
  const start = port < 1024 ? 8000 + port : port + 1;
  for (let next = start; next < 65_536; next += 1) yield next;
}

/** Chooses ports as `choosePorts` does and keeps them in a file; those of a cluster that `runs` stay as they are. */
export async function settlePorts<Name extends string>(
  file: string,
  preferred: Readonly<Record<Name, number>>,
  runs: boolean,
): Promise<Record<Name, number>> {
  const text = await readIfThere(file);
  const before = text === undefined ? undefined : (JSON.parse(text) as Record<Name, number>);
  if (runs && before) return before;
  const none: Partial<Record<Name, number>> = {};
  const ports = await choosePorts(preferred, before ?? none);
  await writeWhole(file, `${JSON.stringify(ports)}\n`);
  return ports;
}

/** Who listens on the port, in words ("nginx, pid 812"); undefined when nobody does or it can't be seen. */
export function holderOf(port: number): string | undefined {
  const inodes = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(readProc(table), port)),
  );
  if (inodes.size === 0) return undefined;
  const holder = allProcesses().find((process) => socketsOf(process.pid).some((inode) => inodes.has(inode)));
  return holder ? `${holder.command}, pid ${holder.pid}` : 'a process of another user';
}

const LISTEN = '0A';

/** The inodes of the sockets that listen on the port, from `/proc/net/tcp` or `tcp6`. */
export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === LISTEN)
    .flatMap((fields) => fields[9] ?? []);
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => socketInode(pid, descriptor) ?? []);
  } catch {
    return [];
  }
}

function socketInode(pid: number, descriptor: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1];
  } catch {
    return undefined;
  }
}
