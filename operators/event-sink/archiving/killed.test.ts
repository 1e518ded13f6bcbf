import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fakeClock, silentLog } from '@hearth/runtime/testing';
import { expect, test, vi } from 'vitest';
import { archiveFile, readArchive } from '../log/archive.ts';
import { makeCheckpoint } from '../log/checkpoint.ts';
import type { EventLog } from '../log/event-log.ts';
import { createNoteSigner } from '../log/sign.ts';
import { testFolder } from '../log/testing/folder.ts';
import { testLog } from '../log/testing/logs.ts';
import { verifyLog } from '../log/verify.ts';
import { startArchiver } from './archiver.ts';

const PROCESS = new URL('./testing/archiving-process.ts', import.meta.url).pathname;
const KILLS = 8;

async function archiveAndKill(args: readonly string[], milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, [PROCESS, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: `${args[0]}-compiled` },
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  await pause(milliseconds);
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
}

/** Whatever the log gave up is in an archive that proves it. @returns how many segments that are. */
async function isSafe(log: EventLog, folder: string, key: string): Promise<number> {
  const gone = log.segments().filter(({ pruned }) => pruned);
  for (const segment of gone) {
    const { root } = await readArchive(archiveFile(folder, segment), key);
    expect(root).toEqual(segment.root);
  }
  const { findings, damage } = await verifyLog(log, []);
  expect({ findings, damage }).toEqual({ findings: [], damage: [] });
  return gone.length;
}

test(`who archives is killed ${KILLS} times, and each event is in the log or in an archive`, async () => {
  const [place, folder] = [testFolder(), testFolder()];
  const [file, keyFile] = [join(place, 'log.db'), join(place, 'key.pem')];
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(keyFile, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const signer = createNoteSigner('hearth.test/log', privateKey);
  const key = signer.verifierKey;
  let moved = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    await archiveAndKill([file, folder, keyFile], kill * 25);
    const { log } = testLog(file);
    moved = await isSafe(log, folder, key);
    await log.close();
  }
  const { log } = testLog(file);
  expect(moved).toBeGreaterThan(0);
  const checkpoint = { checkpoint: await makeCheckpoint(log, signer), key };
  const clock = fakeClock();
  const parts = { log, checkpoint: () => checkpoint, folder, keep: 1, clock, logger: silentLog };
  const { stop } = startArchiver(parts);
  await vi.waitFor(() => expect(clock.pending()).toBe(1), { timeout: 60_000 });
  await stop();
  expect(await isSafe(log, folder, key)).toBe(log.segments().length - 1);
  expect(log.segments().every((segment) => !existsSync(`${archiveFile(folder, segment)}.part`))).toBe(true);
}, 120_000);
