import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clusterFolder } from '../bootstrap/folder.ts';
import { clusterProcesses, killAll } from '../bootstrap/local/native/processes.ts';
import { kiko } from './harness/kiko.ts';
import { type MachineState, machineState, makeRoom } from './harness/machine.ts';
import { homeThatIsUp } from './sso/home.ts';
import { homeBrowser, personAt } from './sso/person.ts';

const program = join(import.meta.dirname, 'demo.ts');
const FOLDER = clusterFolder('local');
const STORY = 'https://hearth.home.arpa/home/apps.apps.hearth.dev/rss';
let before: MachineState;
/** What the demo has said when it came to its end. */
let told: string;

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Starts the demo as a process group of its own, so that all of it can be killed at once. */
function startDemo(): { readonly ended: Promise<Ended>; kill(): void } {
  const child = spawn(process.execPath, [program], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise, resolve } = Promise.withResolvers<Ended>();
  let said = '';
  const hear = (chunk: Buffer) => {
    said += chunk.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  child.on('close', (code) => resolve({ code, said }));
  return { ended: promise, kill: () => child.pid && process.kill(-child.pid, 'SIGKILL') };
}

beforeAll(async () => {
  await makeRoom();
  before = await machineState();
});

afterAll(async () => {
  await kiko('down');
});

test.each([5, 20, 40])(
  'the demo is killed after %i s, and all that it started soon after',
  async (seconds) => {
    const demo = startDemo();
    await Promise.race([demo.ended, pause(seconds * 1000)]);
    demo.kill();
    await killAll(() =>
      clusterProcesses(FOLDER).filter(({ component }) => component === 'kubelet' || component === 'etcd'),
    );
  },
);

test('the next demo works all the same, and tells how long the app took', async () => {
  const { code, said } = await startDemo().ended;
  told = said;
  expect(said).toMatch(
    /https:\/\/rss\.hearth\.home\.arpa\S* answers 200 \(\d+ bytes\), [\d.]+ s after the apply/,
  );
  expect(said).toContain('Database home/rss-db is home_rss_db in hearth-providers/postgres');
  expect(said).toContain(STORY);
  expect(code).toBe(0);
});

test('who opens the link that it gave is in, and reads the story of the app’s installation', async () => {
  const browser = await homeBrowser(await homeThatIsUp('local'));
  try {
    const you = await personAt(browser, 'you');
    await you.enrol(/https:\/\/identity\.\S+\/enrol\/\S+/.exec(told)?.[0] ?? 'no link');
    expect((await you.answerOf(STORY)).status()).toBe(200);
    await you.page.getByRole('heading', { name: 'rss', exact: true }).waitFor();
    await you.picture('40-demo');
    expect(await you.page.textContent('main')).toContain('miniflux');
    expect(you.page.url()).toBe(STORY);
  } finally {
    await browser.stop();
  }
});

test('one more changes nothing, and asks nobody in again', async () => {
  const running = () =>
    clusterProcesses(FOLDER)
      .map(({ pid, command }) => `${pid} ${command}`)
      .toSorted();
  const processes = running();
  const { code, said } = await startDemo().ended;
  expect(code).toBe(0);
  expect(said).toContain('Sign in as you, with the device that you have enrolled');
  expect(running()).toEqual(processes);
});

test('down leaves nothing of it behind', async () => {
  await kiko('down');
  expect(await machineState()).toEqual(before);
});
