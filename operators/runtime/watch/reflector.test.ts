import { afterEach, describe, expect, test } from 'vitest';
import { ApiError, Unreachable } from '../cluster/errors.ts';
import type { ApiRequest, Transport } from '../cluster/transport.ts';
import { listenAwhile, tracesIn } from '../fixtures/signals.ts';
import { ConfigMap } from '../kinds/core.ts';
import type { Resource } from '../resource.ts';
import { type FakeClock, fakeClock } from '../testing.ts';
import { type ReflectorOptions, reflect } from './reflector.ts';

/** What a scripted server does with one request. */
type Answer = (request: ApiRequest, send: (text: string) => void) => unknown;

const REQUEST = { method: 'GET', path: '/x' };
const page =
  (version: string, names: readonly string[], next?: string): Answer =>
  () => ({
    metadata: { resourceVersion: version, ...(next ? { continue: next } : {}) },
    items: names.map((name) => ({ metadata: { name, resourceVersion: version } })),
  });
const event = (type: string, version: string, name = '') =>
  `${JSON.stringify({ type, object: { metadata: { name, resourceVersion: version } } })}\n`;
const watch =
  (...events: readonly string[]): Answer =>
  (_, send) => {
    for (const text of events) send(text);
  };
const hang: Answer = ({ signal }) =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));
const fail =
  (error: Error): Answer =>
  () => {
    throw error;
  };
const gone = new ApiError(REQUEST, 410, { reason: 'Expired' });

const stopping: AbortController[] = [];
afterEach(() => {
  for (const controller of stopping.splice(0)) controller.abort();
});

/** What a test may say of the reflector that it runs. */
interface Running {
  readonly from?: string;
  readonly store?: Partial<ReflectorOptions['store']>;
}

/** Runs a reflector against a script; it hangs where the script ends. */
function run(script: readonly Answer[], { from, store: more }: Running = {}) {
  const clock = fakeClock();
  const requests: string[] = [];
  const names = new Set<string>();
  const errors: unknown[] = [];
  const rest = [...script];
  const answer = async (request: ApiRequest, send: (text: string) => void) => {
    listenAwhile(request.signal);
    const { watch: watching, resourceVersion, continue: token, limit } = request.query ?? {};
    const list = limit === 1 ? 'look' : 'list';
    requests.push(watching ? `watch ${resourceVersion}` : `${list}${token ? ` ${token}` : ''}`);
    return (rest.shift() ?? hang)(request, send);
  };
  const transport: Pick<Transport, 'request' | 'stream'> = {
    request: async <T>(request: ApiRequest) => (await answer(request, () => undefined)) as T,
    stream: async (request, data) => void (await answer(request, (text) => data(Buffer.from(text)))),
  };
  let pages: Resource[] = [];
  const store = {
    listing() {
      pages = [];
    },
    page: (objects: readonly Resource[]) => void pages.push(...objects),
    listed() {
      names.clear();
      for (const { metadata } of pages) names.add(metadata.name);
    },
    put: ({ metadata }: Resource) => void names.add(metadata.name),
    remove: ({ metadata }: Resource) => void names.delete(metadata.name),
    ...more,
  };
  const stop = new AbortController();
  stopping.push(stop);
  const ended = reflect(
    {
      transport,
      kind: ConfigMap,
      store,
      from,
      clock,
      onError: (error) => errors.push(error),
      backoff: { first: 1000, longest: 4000, random: () => 0.5 },
    },
    stop.signal,
  );
  return { clock, requests, errors, names: () => [...names].sort(), stop, ended };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Lets time pass until nothing happens any more. */
async function pass(clock: FakeClock, milliseconds: number): Promise<void> {
  await settle();
  clock.advance(milliseconds);
  await settle();
}

describe('a reflector', () => {
  test('replaces the store only when the list is whole', async () => {
    const { names, requests } = run([page('5', ['a', 'b'], 'more'), page('5', ['c']), hang]);
    await settle();
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(requests).toEqual(['list', 'list more', 'watch 5']);
  });

  test('resumes after the last event or bookmark when a watch ends', async () => {
    const { names, requests, clock } = run([
      page('5', ['a']),
      watch(event('ADDED', '6', 'b'), event('DELETED', '7', 'a'), event('BOOKMARK', '20')),
      hang,
    ]);
    await pass(clock, 0);
    expect(names()).toEqual(['b']);
    expect(requests).toEqual(['list', 'watch 5', 'watch 20']);
  });

  test('lists again when the server has forgotten its version, in words or in the stream', async () => {
    const inStream = `${JSON.stringify({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })}\n`;
    const { requests, clock, errors, names } = run([
      page('5', ['a']),
      watch(inStream),
      page('9', ['b']),
      fail(gone),
      page('12', ['c']),
    ]);
    await pass(clock, 0);
    await pass(clock, 4000);
    expect(requests).toEqual(['list', 'watch 5', 'list', 'watch 9', 'list', 'watch 12']);
    expect(names()).toEqual(['c']);
    expect(errors).toEqual([]);
  });

  test('never stops trying, with delays that grow, and says what is wrong each time', async () => {
    const down = new Unreachable(REQUEST, new Error('down'));
    const { requests, clock, errors } = run(Array.from({ length: 50 }, () => fail(down)));
    await pass(clock, 999);
    expect(requests).toHaveLength(1);
    await pass(clock, 1);
    expect(requests).toHaveLength(2);
    await pass(clock, 1999);
    expect(requests).toHaveLength(2);
    await pass(clock, 1);
    for (let n = 0; n < 20; n++) await pass(clock, 4000);
    expect(requests).toHaveLength(23);
    expect(errors).toHaveLength(23);
  });

  test('does not run in circles with a server that ends each watch at once', async () => {
    const { requests, clock } = run([page('5', []), ...Array.from({ length: 50 }, () => watch())]);
    await pass(clock, 0);
    expect(requests).toEqual(['list', 'watch 5']);
    await pass(clock, 1000);
    expect(requests).toHaveLength(3);
  });

  test('gives up a watch on which nothing is heard, not one on which something is', async () => {
    const talks: Answer = (request, send) => {
      for (const at of [60_000, 120_000, 180_000]) clock.after(at, () => send(event('BOOKMARK', String(at))));
      return hang(request, send);
    };
    const { requests, clock, errors } = run([page('5', []), talks, page('180000', []), hang]);
    await pass(clock, 0);
    for (let n = 0; n < 27; n++) await pass(clock, 10_000);
    expect(requests).toEqual(['list', 'watch 5']);
    await pass(clock, 10_001);
    expect(requests).toEqual(['list', 'watch 5', 'look', 'watch 180000']);
    expect(errors).toEqual([]);
  });

  test('lists again where a silent server has been set back behind its version', async () => {
    const { requests, clock, errors, names } = run([
      page('100', ['a']),
      hang,
      page('20', []),
      page('20', ['b']),
      hang,
    ]);
    await pass(clock, 100_001);
    expect(requests).toEqual(['list', 'watch 100', 'look', 'list', 'watch 20']);
    expect(names()).toEqual(['b']);
    expect(errors).toEqual([]);
  });

  test('takes a silent server that does not answer otherwise for one that is away', async () => {
    const down = new Unreachable(REQUEST, new Error('down'));
    const { requests, clock, errors } = run([page('5', []), hang, fail(down), hang]);
    await pass(clock, 100_001);
    expect(requests).toEqual(['list', 'watch 5', 'look']);
    await pass(clock, 1000);
    expect(requests).toEqual(['list', 'watch 5', 'look', 'watch 5']);
    expect(errors).toEqual([down]);
  });

  test.each([
    ['an event without a version', event('ADDED', '', 'b')],
    ['an event of a type that nobody knows', event('RENAMED', '6', 'b')],
    ['an event without an object', '{"type":"ADDED"}\n'],
  ])('takes %s for a failure, and goes on from the last that was whole', async (_, odd) => {
    const { requests, clock, errors, names } = run([
      page('5', []),
      watch(event('ADDED', '6', 'a'), odd, event('ADDED', '8', 'c')),
      hang,
    ]);
    await pass(clock, 1000);
    expect(errors).toHaveLength(1);
    expect(requests).toEqual(['list', 'watch 5', 'watch 6']);
    expect(names()).toEqual(['a']);
  });

  test('takes a list without a version for a failure', async () => {
    const { requests, clock, names } = run([page('', ['a']), page('5', ['b']), hang]);
    await pass(clock, 1000);
    expect(requests).toEqual(['list', 'list', 'watch 5']);
    expect(names()).toEqual(['b']);
  });

  test.each([400, 404])(
    'lists again, later, where the server knows nothing to watch from there (%d)',
    async (status) => {
      const refused = new ApiError(REQUEST, status, {});
      const { requests, clock, errors } = run([page('5', []), fail(refused), page('9', []), hang]);
      await pass(clock, 999);
      expect(requests).toEqual(['list', 'watch 5']);
      await pass(clock, 1);
      expect(requests).toEqual(['list', 'watch 5', 'list', 'watch 9']);
      expect(errors).toEqual([refused]);
    },
  );

  test('begins a list anew where the server does not take its own token back', async () => {
    const refused = new ApiError(REQUEST, 400, { message: 'continue key is not valid' });
    const { requests, clock, names } = run([page('5', ['a'], 'more'), fail(refused), page('9', ['b']), hang]);
    await pass(clock, 1000);
    expect(requests).toEqual(['list', 'list more', 'list', 'watch 9']);
    expect(names()).toEqual(['b']);
  });

  test('waits as long as it is asked to, but not longer than it would by itself', async () => {
    const busy = new ApiError(REQUEST, 503, {}, 3600);
    const { requests, clock } = run([fail(busy), page('5', []), hang]);
    await pass(clock, 4999);
    expect(requests).toEqual(['list']);
    await pass(clock, 1);
    expect(requests).toEqual(['list', 'list', 'watch 5']);
  });

  test('begins where its store stands, and tells it how far it has come though nothing happened', async () => {
    const bookmarks: string[] = [];
    const { requests, names } = run(
      [page('9', []), watch(event('ADDED', '8', 'a'), event('BOOKMARK', '20')), hang],
      {
        from: '5',
        store: { bookmark: (version) => void bookmarks.push(version) },
      },
    );
    await settle();
    expect(requests).toEqual(['look', 'watch 5', 'watch 20']);
    expect(names()).toEqual(['a']);
    expect(bookmarks).toEqual(['20']);
  });

  test('tells its store that a watch is open, though nothing happens, and not that one was refused', async () => {
    let open = 0;
    const head =
      (status: number, then: Answer): Answer =>
      (request, send) => {
        request.onHead?.(status);
        return then(request, send);
      };
    const refused = head(503, fail(new ApiError(REQUEST, 503, {})));
    const { clock } = run([page('5', []), refused, head(200, hang)], {
      store: { watching: () => void open++ },
    });
    await settle();
    expect(open).toBe(0);
    await pass(clock, 1000);
    expect(open).toBe(1);
  });

  test('begins with a list where the server has been set back behind its store', async () => {
    const { requests } = run([page('3', []), page('3', ['a']), hang], { from: '5' });
    await settle();
    expect(requests).toEqual(['look', 'list', 'watch 3']);
  });

  test('begins where its store stands though the server can’t say how far it is', async () => {
    const { requests } = run([fail(new Unreachable(REQUEST, new Error('down'))), hang], { from: '5' });
    await settle();
    expect(requests).toEqual(['look', 'watch 5']);
  });

  test('stops where its store has no room, and goes on from there when it has', async () => {
    const room = Promise.withResolvers<void>();
    let full: Promise<void> | undefined;
    const taken: string[] = [];
    const events = watch(event('ADDED', '6', 'a'), event('ADDED', '7', 'b'), event('ADDED', '8', 'c'));
    const { requests, errors } = run([page('5', []), events, watch(event('ADDED', '7', 'b')), hang], {
      store: {
        put({ metadata: { name } }) {
          taken.push(name);
          if (name === 'a') full = room.promise;
        },
        room: () => full,
      },
    });
    await settle();
    expect(taken).toEqual(['a']);
    expect(requests).toEqual(['list', 'watch 5']);
    full = undefined;
    room.resolve();
    await settle();
    expect(taken).toEqual(['a', 'b']);
    expect(requests).toEqual(['list', 'watch 5', 'watch 6', 'watch 7']);
    expect(errors).toEqual([]);
  });

  test('leaves nothing behind in the signal of the process, however often it watches', async () => {
    const { clock, stop } = run([page('5', []), ...Array.from({ length: 20 }, () => watch())]);
    await pass(clock, 0);
    const before = tracesIn(stop.signal);
    for (let n = 0; n < 10; n++) await pass(clock, 4000);
    expect(tracesIn(stop.signal)).toBe(before);
  });

  test('takes a line that is no JSON for a failure, not for an event', async () => {
    const { requests, clock, errors, names } = run([
      page('5', []),
      watch(event('ADDED', '6', 'a'), '{"type":\n'),
      hang,
    ]);
    await pass(clock, 1000);
    expect(errors).toHaveLength(1);
    expect(requests).toEqual(['list', 'watch 5', 'watch 6']);
    expect(names()).toEqual(['a']);
  });

  test('ends when it is told to, whatever it is doing', async () => {
    const { stop, ended, clock } = run([page('5', []), fail(new Error('x'))]);
    await pass(clock, 0);
    stop.abort();
    await ended;
    expect(clock.pending()).toBe(0);
  });
});
