import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { EventLog } from '../event-log.ts';
import { testFolder } from '../testing/folder.ts';
import { testLog } from '../testing/logs.ts';
import { verifyLog } from '../verify.ts';

const WRITER = new URL('../testing/writer.ts', import.meta.url).pathname;
const KILLS = 20;

/** Lets a process write for some milliseconds and kills it. Gives the last event that it was told to be on disk. */
async function writeAndKill(file: string, milliseconds: number): Promise<number> {
  const child = spawn(process.execPath, [WRITER, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: `${file}-compiled` },
  });
  const ended = once(child, 'exit');
  let last = 0;
  const lines = createInterface({ input: child.stdout });
  const read = (async () => {
    for await (const line of lines) {
      if (line === 'begin') pause(milliseconds).then(() => child.kill('SIGKILL'));
      else last = Number(line);
    }
  })();
  const [, signal] = await ended;
  await read;
  expect(signal).toBe('SIGKILL');
  return last;
}

async function isWhole(log: EventLog): Promise<void> {
  const { seq, pruned } = log.head();
  expect(log.cursors().get('apps.apps.hearth.dev')).toBe(seq === 0 ? undefined : `${seq}`);
  const events = await log.read({ after: 0, limit: 100_000 });
  expect(events.map((event) => [event.seq, event.resourceVersion])).toEqual(
    Array.from({ length: seq - pruned }, (_, index) => [pruned + index + 1, `${pruned + index + 1}`]),
  );
  const living: string[] = [];
  for await (const { resource, seq: at } of log.states()) living.push(`${resource.name} ${at}`);
  const newest = Array.from({ length: Math.min(seq, 10) }, (_, index) => seq - index).reverse();
  expect(living).toEqual(newest.map((at) => `app-${at % 10} ${at}`));
  const { findings, damage } = await verifyLog(log, []);
  expect({ findings, damage }).toEqual({ findings: [], damage: [] });
}

test(`a writer is killed ${KILLS} times, and nothing is lost that was acknowledged`, async () => {
  const file = join(testFolder(), 'log.db');
  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    // The first ones while the file is being made, the others anywhere.
    const last = await writeAndKill(file, kill < 4 ? kill * 3 : Math.random() * 150);
    acknowledged = Math.max(acknowledged, last);
    const { log } = testLog(file);
    expect(log.head().seq).toBeGreaterThanOrEqual(acknowledged);
    await isWhole(log);
    await log.close();
  }
  expect(acknowledged).toBeGreaterThan(100);
}, 240_000);
