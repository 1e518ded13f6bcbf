import type { Admission } from '@hearth/domain/enrolment-api';
import { expect, test, vi } from 'vitest';
import { autoClock } from '../testing/auto-clock.ts';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { admissionIn } from './admission-file.ts';
import { Refused } from './pinned-request.ts';
import { openSession } from './session.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const hour = 3_600_000;

/** A token that lasts a day, by its own word. */
const admission = (name: string): Admission => ({
  namespace: 'hearth-machines',
  machine: 'alpha',
  apiServer: 'https://127.0.0.1:1',
  authority: 'PEM',
  token: `e30.${Buffer.from(JSON.stringify({ name, iat: 0, exp: 86_400 })).toString('base64url')}.c2ln`,
  expires: '2026-01-02T00:00:00Z',
});

/** A session of a machine that was let in before, or is let in now. */
async function session(
  folder: string,
  change: { readonly admit?: () => Promise<Admission | undefined> } = {},
) {
  const strangers: string[] = [];
  const opened = await openSession(
    {
      kept: admissionIn(folder),
      client: { admit: change.admit ?? (async () => admission('again')) },
      welcome: async () => admission('first'),
      clock: autoClock(),
      logger: silent,
      onStranger: () => void strangers.push('stranger'),
    },
    new AbortController().signal,
  );
  return { opened, strangers };
}

test('a machine that was let in once needs nobody to speak with the API', async () => {
  await using folder = await scratchFolder();
  await session(folder.path);
  const again = await openSession(
    {
      kept: admissionIn(folder.path),
      client: { admit: () => Promise.reject(new Error('NIO is away')) },
      welcome: () => Promise.reject(new Error('NIO is away')),
      clock: autoClock(),
      logger: silent,
      onStranger: () => undefined,
    },
    new AbortController().signal,
  );
  expect([again.machine, again.namespace]).toEqual(['alpha', 'hearth-machines']);
});

test('an API server that is away is looked for through NIO, but not at every breath', async () => {
  await using folder = await scratchFolder();
  let admissions = 0;
  const admit = async () => {
    admissions++;
    return { ...admission('moved'), apiServer: 'https://127.0.0.1:2' };
  };
  const { opened } = await session(folder.path, { admit });
  for (let times = 0; times < 5; times++) opened.troubled();
  await vi.waitFor(async () =>
    expect(await admissionIn(folder.path).read()).toMatchObject({ apiServer: 'https://127.0.0.1:2' }),
  );
  expect(admissions).toBe(1);
});

test('a machine that NIO does not know any more forgets how it was let in', async () => {
  await using folder = await scratchFolder();
  const { opened, strangers } = await session(folder.path, {
    admit: () => Promise.reject(new Refused(404, 'No machine with this key is known here.')),
  });
  opened.troubled();
  await vi.waitFor(() => expect(strangers).toEqual(['stranger']));
  expect(await admissionIn(folder.path).read()).toBeUndefined();
});

test('a machine that is only not answered keeps how it was let in', async () => {
  await using folder = await scratchFolder();
  const { opened, strangers } = await session(folder.path, {
    admit: () => Promise.reject(new Refused(503, 'later')),
  });
  opened.troubled();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(strangers).toEqual([]);
  expect(await admissionIn(folder.path).read()).toBeDefined();
});

test('a token is renewed at two thirds of its life, and again after a failure', async () => {
  await using folder = await scratchFolder();
  const clock = autoClock();
  const warned: number[] = [];
  const stopping = new AbortController();
  const logger = {
    ...silent,
    warn() {
      warned.push(clock.monotonic());
      if (warned.length === 3) stopping.abort();
    },
  };
  const opened = await openSession(
    {
      kept: admissionIn(folder.path),
      client: { admit: async () => undefined },
      welcome: async () => admission('first'),
      clock,
      logger,
      onStranger: () => undefined,
    },
    new AbortController().signal,
  );
  // Nobody listens there: each try fails.
  await opened.keepFresh(stopping.signal);
  expect(warned).toHaveLength(3);
  expect(warned[0]).toBeGreaterThanOrEqual(16 * hour);
  expect(warned[2]).toBeLessThan(17 * hour);
});
