import type { Admission } from '@hearth/domain/enrolment-api';
import { expect, test } from 'vitest';
import { scratchFolder } from '../testing/scratch-folder.ts';
import { admissionIn, lifetime } from './admission-file.ts';
import { isClockError, keepClock } from './clock.ts';
import { createLocator } from './locate.ts';

const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

test.each([
  [token({ iat: 1000, exp: 1600 }), 600_000],
  [token({ iat: 1000, exp: 1000 }), undefined],
  [token({ exp: 1600 }), undefined],
  ['nonsense', undefined],
])('how long a token is good, it says itself: %s', (text, expected) => {
  expect(lifetime(text)).toBe(expected);
});

test('an admission is kept; one that is damaged is none', async () => {
  await using folder = await scratchFolder();
  const kept = admissionIn(folder.path);
  const admission: Admission = {
    namespace: 'hearth-machines',
    machine: 'alpha',
    apiServer: 'https://api:6443',
    authority: 'PEM',
    token: 'secret',
    expires: '2026-01-01T00:00:00Z',
  };
  expect(await kept.read()).toBeUndefined();
  await kept.write(admission);
  expect(await kept.read()).toEqual(admission);
  await kept.write({ ...admission, apiServer: 'http://api' });
  expect(await kept.read()).toBeUndefined();
  await kept.forget();
  await kept.forget();
});

test('NIO is where it is told, else where it was met, else where the network says', async () => {
  await using folder = await scratchFolder();
  let answers: string[] = ['https://found:8443'];
  const locator = (given?: string) =>
    createLocator({
      state: folder.path,
      given,
      browse: async () => (answers[0] === undefined ? undefined : { url: answers[0] }),
    });
  const first = locator();
  expect(await first.url()).toBe('https://found:8443');
  await first.met();
  answers = [];
  expect(await locator().url()).toBe('https://found:8443');
  expect(await locator('https://given:1').url()).toBe('https://given:1');
  await expect(locator('http://given:1').url()).rejects.toThrow('must be the address of NIO');
});

test('NIO is looked for elsewhere when it is not where it was', async () => {
  await using folder = await scratchFolder();
  let announced: string | undefined = 'https://before:8443';
  const browse = async () => (announced === undefined ? undefined : { url: announced });
  const locator = (given?: string) => createLocator({ state: folder.path, given, browse });
  const first = locator();
  await first.url();
  await first.met();

  announced = 'https://after:8443';
  const second = locator();
  expect(await second.url()).toBe('https://before:8443');
  second.lost();
  expect(await second.url()).toBe('https://after:8443');
  await second.met();
  expect(await locator().url()).toBe('https://after:8443');

  // Nobody is there: from the beginning.
  announced = undefined;
  second.lost();
  expect(await second.url()).toBe('https://after:8443');

  const told = locator('https://given:1');
  expect(await told.url()).toBe('https://given:1');
  told.lost();
  expect(await told.url()).toBe('https://after:8443');
});

test('who was told where NIO is believes nobody else before they have met', async () => {
  await using folder = await scratchFolder();
  const browse = async () => ({ url: 'https://stranger:8443' });
  const locator = createLocator({ state: folder.path, given: 'https://given:1', browse });
  await locator.url();
  locator.lost();
  expect(await locator.url()).toBe('https://given:1');
});

test('where nobody knows where NIO is, that is said', async () => {
  await using folder = await scratchFolder();
  const locator = createLocator({ state: folder.path, given: undefined, browse: async () => undefined });
  await expect(locator.url()).rejects.toThrow('nobody on this network says where NIO is');
});

test.each([
  ['right', 0, false],
  ['a minute off', 60_000, false],
  ['a year behind', 365 * 86_400_000, true],
  ['a year ahead', -365 * 86_400_000, true],
])('a clock that is %s is set only where it has to be', async (_what, off, isSet) => {
  const set: Date[] = [];
  const now = new Date('2026-01-01T00:00:00Z');
  const right = new Date(now.getTime() + off);
  await keepClock({
    client: { time: async () => right },
    system: {
      setClock: async (time) => {
        set.push(time);
      },
    },
    clock: { now: () => now, monotonic: () => 0, after: () => () => undefined },
    logger: silent,
  });
  expect(set).toEqual(isSet ? [right] : []);
});

test('an error of certificates and clocks is known by its cause', () => {
  const cause = Object.assign(new Error('certificate is not yet valid'), { code: 'CERT_NOT_YET_VALID' });
  expect(isClockError(new Error('GET /', { cause }))).toBe(true);
  expect(isClockError(new Error('GET /', { cause: new Error('other') }))).toBe(false);
});
