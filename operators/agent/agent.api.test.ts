import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport, loadCluster, type Transport } from '@hearth/runtime';
import { systemClock } from '@hearth/runtime/clock';
import { createLogger } from '@hearth/runtime/log';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import type {} from '../../e2e/harness/api-setup.ts';
import { installDefinitions } from '../../e2e/harness/definitions.ts';
import { kubectlOf } from '../../e2e/harness/kubectl.ts';
import { runAgent } from './agent.ts';
import { admissionIn } from './enrolment/admission-file.ts';
import { enrolmentClient } from './enrolment/client.ts';
import { KEY_FILE, machineKey } from './enrolment/key.ts';
import { nioPin, PIN_FILE } from './enrolment/pin.ts';
import { openSession } from './enrolment/session.ts';
import { createWelcome } from './enrolment/welcome.ts';
import type { Journal } from './journal/journal.ts';
import { journalIn } from './journal/store.ts';
import { autoClock } from './testing/auto-clock.ts';
import { createFakeMachine, FACTS, type FakeMachine } from './testing/fake-machine.ts';
import { startFront } from './testing/front.ts';
import { startNio, type TestNio } from './testing/nio.ts';
import { scratchFolder } from './testing/scratch-folder.ts';

const GOLDEN = `/nix/store/${'0'.repeat(32)}-golden`;
const NEW = `/nix/store/${'1'.repeat(32)}-new`;

let transport: Transport;
let where: { readonly apiServer: string; readonly authority: string };
let nio: TestNio;
let folder: Awaited<ReturnType<typeof scratchFolder>>;
let machine: FakeMachine;
let passing: NodeJS.Timeout;
let said: string[];
let logged: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  const kubeconfig = inject('kubeconfig');
  await installDefinitions(await kubectlOf(kubeconfig));
  const cluster = await loadCluster({ kubeconfig });
  transport = createTransport(cluster);
  where = { apiServer: cluster.server, authority: cluster.ca ?? '' };
});
afterAll(() => transport.close());

beforeEach(async () => {
  folder = await scratchFolder();
  nio = await startNio({ transport, ...where });
  const clock = autoClock();
  machine = createFakeMachine(GOLDEN, { [GOLDEN]: {}, [NEW]: {} }, clock);
  // On the machine time passes faster than here.
  passing = setInterval(() => clock.advance(1), 100);
  machine.built = NEW;
  said = [];
  logged = '';
  stop = async () => undefined;
});
afterEach(async () => {
  await stop();
  clearInterval(passing);
  await nio.close();
  await folder[Symbol.asyncDispose]();
});

interface Start {
  readonly nioKey?: string;
  readonly url?: string;
  readonly failures?: number; // to open a session
}

const placeOf = ({ url = nio.url }: Start) => ({
  url: async () => url,
  met: async () => undefined,
  lost() {},
});

/** Starts an agent with a state folder, as `main.ts` does; how it is stopped. */
async function start(change: Start = {}): Promise<void> {
  const state = folder.path;
  let { failures = 0 } = change;
  const write = (line: string) => {
    logged += line;
  };
  const logger = createLogger({ destination: { write } });
  const ending = new AbortController();
  const pin = nioPin(state, change.nioKey);
  const client = enrolmentClient(placeOf(change), await machineKey(state), pin);
  const welcome = createWelcome({
    client,
    pin,
    clock: systemClock,
    logger,
    joinTokenFile: undefined,
    show: (text) => void said.push(text),
    offer: async () => ({ facts: FACTS, mode: 'System', version: '1', closure: machine.running() }),
  });
  const running = runAgent(
    {
      system: machine.system,
      journal: journalIn(state),
      client,
      clock: systemClock,
      logger,
      version: '1',
      filesFolder: join(state, 'run'),
      settle: 0,
      isReplaced: async () => false,
      open: async (signal) => {
        if (failures-- > 0) throw new Error('no session today');
        return openSession(
          {
            kept: admissionIn(state),
            client,
            welcome,
            clock: systemClock,
            logger,
            onStranger: () => ending.abort(),
          },
          signal,
        );
      },
    },
    ending.signal,
  );
  stop = async () => {
    ending.abort();
    await running;
  };
}

const patiently = { timeout: 20_000, interval: 100 };
const agent = async () => (await nio.machine()).status?.agent;
const untilApproved = async () => {
  await vi.waitFor(async () => expect((await nio.machine()).status?.publicKey).toBeDefined(), patiently);
  await nio.approve();
  await vi.waitFor(async () => expect(await agent()).toBeDefined(), patiently);
};

/** The question that it asks NIO, once it has asked it. */
const untilAsked = () =>
  vi.waitFor(async () => {
    const { phase, nonce } = (await agent())?.apply ?? {};
    expect({ phase, nonce }).toEqual({ phase: 'Confirming', nonce: expect.any(String) });
    return nonce ?? '';
  }, patiently);

describe('a machine that is new', () => {
  test('shows the code that NIO shows, and is let in when it is approved', async () => {
    await start();
    await vi.waitFor(() => expect(said.join()).toContain('Pairing code'), patiently);
    const { status } = await nio.machine();
    expect(said.join()).toContain(status?.pairingCode);
    await nio.approve();
    await vi.waitFor(async () => expect(await agent()).toBeDefined(), patiently);
    expect(await agent()).toMatchObject({
      mode: 'System',
      facts: FACTS,
      system: { running: GOLDEN, golden: GOLDEN, knownGood: GOLDEN },
    });
    expect(machine.pinned('golden')).toBe(GOLDEN);
  });

  test('begins again to speak with the home when that came to an end', async () => {
    await start({ failures: 1 });
    await untilApproved();
    expect(logged).toContain('no session today');
  });

  test('keeps its key and its token to root, and says nothing of them', async () => {
    await start();
    await untilApproved();
    for (const file of [KEY_FILE, PIN_FILE, 'admission.json'])
      expect((await stat(join(folder.path, file))).mode & 0o777).toBe(0o600);
    const { token } = JSON.parse(await readFile(join(folder.path, 'admission.json'), 'utf8'));
    expect(token).toMatch(/^ey/);
    expect(logged + said.join()).not.toContain(token);
  });

  test('will have nothing to do with a NIO of another key', async () => {
    await start({ nioKey: Buffer.alloc(32).toString('base64') });
    await vi.waitFor(
      () => expect(said.join()).toContain('is not the NIO that this machine knows'),
      patiently,
    );
    expect(nio.offers).toEqual([]);
  });
});

describe('a machine that is known', () => {
  test('applies what it is assigned, once NIO has confirmed it', async () => {
    await start();
    await untilApproved();
    await nio.assign({ id: 'one', flake: { url: 'git+https://git/home' } });
    const nonce = await untilAsked();
    expect(machine.nextBoot()).toBe(GOLDEN);
    await nio.confirm(nonce);
    await vi.waitFor(async () => expect((await agent())?.apply?.phase).toBe('Done'), patiently);
    expect(await agent()).toMatchObject({
      apply: { id: 'one', closure: NEW, message: 'The machine runs it, and starts with it.' },
      system: { running: NEW, knownGood: NEW, golden: GOLDEN },
    });
    expect(machine.nextBoot()).toBe(NEW);
  });

  test('goes back when only connections from before the switch still work', async () => {
    await using cleanup = new AsyncDisposableStack();
    const front = await startFront(where.apiServer);
    cleanup.defer(front.close);
    await nio.close();
    nio = await startNio({ transport, ...where, apiServer: front.url });
    await start();
    await untilApproved();
    const { activation } = machine.system;
    const begin = activation.start;
    activation.start = (unit, path, action) => {
      front.open = path !== NEW;
      return begin(unit, path, action);
    };
    await nio.assign({ id: 'one', flake: { url: 'git+https://git/home' }, confirmWindow: '30s' });
    await vi.waitFor(async () => {
      const { phase, nonce } = (await agent())?.apply ?? {};
      if (nonce !== undefined) await nio.confirm(nonce);
      expect(phase).toMatch(/^(RolledBack|Done)$/);
    }, patiently);
    expect((await agent())?.apply?.phase).toBe('RolledBack');
    expect(machine.nextBoot()).toBe(GOLDEN);
  });

  test('goes on where it was after it was killed', async () => {
    await start();
    await untilApproved();
    await nio.assign({ id: 'one', flake: { url: 'git+https://git/home' } });
    const nonce = await untilAsked();
    await stop();
    await nio.confirm(nonce);
    const enrolled = nio.offers.length;
    await start();
    await vi.waitFor(async () => expect((await agent())?.apply?.phase).toBe('Done'), patiently);
    expect(nio.offers).toHaveLength(enrolled);
  });

  test('goes back when its assignment is taken away before it was confirmed', async () => {
    await start();
    await untilApproved();
    await nio.assign({ id: 'one', flake: { url: 'git+https://git/home' } });
    await vi.waitFor(async () => expect((await agent())?.apply?.phase).toBe('Confirming'), patiently);
    await nio.unassign();
    await vi.waitFor(async () => expect((await agent())?.apply?.phase).toBe('RolledBack'), patiently);
    expect([machine.running(), machine.nextBoot()]).toEqual([GOLDEN, GOLDEN]);
  });

  test('is let in anew by its key when its token is void', async () => {
    await start();
    await untilApproved();
    await stop();
    await nio.revoke();
    // For so long the API server believes a token that it has seen.
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    const [before, enrolled] = [nio.admissions, nio.offers.length];
    await start();
    await nio.assign({ id: 'two', action: 'Golden' });
    await vi.waitFor(async () => expect((await agent())?.apply?.id).toBe('two'), patiently);
    expect(nio.admissions).toBeGreaterThan(before);
    expect(nio.offers).toHaveLength(enrolled);
  });

  test('writes its status only when it changes', async () => {
    await start();
    await untilApproved();
    const version = async () => (await nio.machine()).metadata.resourceVersion;
    await vi.waitFor(async () => expect(await agent()).toBeDefined(), patiently);
    const before = await version();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await version()).toBe(before);
  });

  test('lives without its journal: its pins say what is golden', async () => {
    await start();
    await untilApproved();
    await stop();
    await writeFile(join(folder.path, 'journal.json'), '{"version":1,');
    await start();
    await vi.waitFor(async () => {
      const journal: Journal = JSON.parse(await readFile(join(folder.path, 'journal.json'), 'utf8'));
      expect(journal).toMatchObject({ golden: GOLDEN, knownGood: GOLDEN });
    }, patiently);
  });

  test('does not give away its key’s place to a key that is damaged', async () => {
    await start();
    await untilApproved();
    await stop();
    stop = async () => undefined;
    await rm(join(folder.path, KEY_FILE));
    await writeFile(join(folder.path, KEY_FILE), 'nonsense');
    await expect(start()).rejects.toThrow('is no key');
  });
});
