import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readlink, realpath } from 'node:fs/promises';
import { isMissing, readIfThere, replaceFile } from '../../journal/durable-file.ts';
import type { Standing } from '../system.ts';

const PROFILE = '/nix/var/nix/profiles/system';
/** In memory: gone with every start, so that another is made then. */
const MARK = '/run/hearth/boot-id';

/** Looks what the machine runs. */
export async function standingNow(): Promise<Standing> {
  const [running, booted, nextBoot, link, uptime, bootId] = await Promise.all([
    realpath('/run/current-system'),
    ifThere(realpath('/run/booted-system')),
    ifThere(realpath(PROFILE)),
    ifThere(readlink(PROFILE)),
    readFile('/proc/uptime', 'utf8'),
    startId(),
  ]);
  const generation = /system-([0-9]+)-link$/.exec(link ?? '')?.[1];
  return {
    running,
    booted,
    nextBoot,
    generation: generation === undefined ? undefined : Number(generation),
    bootId,
    uptime: Number(uptime.split(' ')[0]),
  };
}

/** Names this start of the machine. The kernel has a name for it too, but containers share that. */
async function startId(): Promise<string> {
  const known = (await readIfThere(MARK))?.trim();
  if (known) return known;
  await mkdir('/run/hearth', { recursive: true });
  const id = randomUUID();
  await replaceFile(MARK, `${id}\n`, 0o644);
  return id;
}

async function ifThere(reading: Promise<string>): Promise<string | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
