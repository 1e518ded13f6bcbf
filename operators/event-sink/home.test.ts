import { Home } from '@hearth/domain';
import { ApiError, type ApiRequest } from '@hearth/runtime';
import { fakeClock, silentLog } from '@hearth/runtime/testing';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { awaitHome, awaitMove, factsOf } from './home.ts';

const homeAt = (domain: string, httpsPort = 443, certificateAuthority?: string) => ({
  apiVersion: Home.apiVersion,
  kind: Home.kind,
  metadata: { name: 'home' },
  spec: { domain, httpsPort },
  status: { certificateAuthority },
});

const known = { base: 'https://hearth.test/', authority: undefined, signsIn: true };

/** What the API server has. */
let found: object | Error;
let asked: number;
const transport = {
  async request<T>(request: ApiRequest): Promise<T> {
    asked += 1;
    if (found instanceof Error) throw found;
    if (Object.keys(found).length === 0) throw new ApiError(request, 404, {}, undefined);
    return found as T;
  },
};
let clock: ReturnType<typeof fakeClock>;
beforeEach(() => {
  clock = fakeClock();
  found = {};
  asked = 0;
});
const parts = () => ({ transport, clock, logger: silentLog });
/** Lets so much time pass once somebody waits for it. */
async function advance(milliseconds: number): Promise<void> {
  await vi.waitFor(() => expect(clock.pending()).toBe(1), 4000);
  clock.advance(milliseconds);
}

test.each([
  [443, 'https://hearth.test/'],
  [8443, 'https://hearth.test:8443/'],
])('at port %i, IRIs begin with %s', (port, base) => {
  expect(factsOf(homeAt('hearth.test', port) as never)).toMatchObject({ base });
});

describe('the Home', () => {
  test('is waited for, through failures too', async () => {
    const awaited = awaitHome(parts(), new AbortController().signal);
    await advance(1_000);
    found = new Error('nobody answers');
    await advance(1_000);
    found = homeAt('hearth.test');
    await advance(1_000);
    expect(await awaited).toMatchObject({ base: 'https://hearth.test/' });
    expect(asked).toBeGreaterThan(2);
  });

  test('is not waited for once the process stops', async () => {
    const stopping = new AbortController();
    const awaited = awaitHome(parts(), stopping.signal);
    const refused = expect(awaited).rejects.toThrow('stopping');
    stopping.abort(new Error('stopping'));
    await refused;
    expect(clock.pending()).toBe(0);
  });

  test('that moves is told of, and none that fails or stays', async () => {
    const moved = awaitMove(parts(), known, new AbortController().signal);
    found = homeAt('hearth.test');
    await advance(30_000);
    found = new Error('nobody answers');
    await advance(30_000);
    found = homeAt('other.test');
    await advance(30_000);
    expect(await moved).toBe('the home has another address');
  });

  test.each([
    [true, 'the home has another authority'],
    [false, undefined],
  ])('that has another authority is told of, where people sign in: %j', async (signsIn, because) => {
    const stopping = new AbortController();
    found = homeAt('hearth.test', 443, 'new');
    const moved = awaitMove(parts(), { ...known, authority: 'old', signsIn }, stopping.signal);
    await advance(30_000);
    await vi.waitFor(() => expect(asked).toBe(1), 4000);
    stopping.abort();
    expect(await moved).toBe(because);
  });

  test('is not looked at once the process stops', async () => {
    const stopping = new AbortController();
    const moved = awaitMove(parts(), known, stopping.signal);
    stopping.abort();
    expect(await moved).toBeUndefined();
    expect(asked).toBe(0);
  });
});
