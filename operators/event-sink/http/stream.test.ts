import { fakeClock } from '@hearth/runtime/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { change, cursorAt } from '../log/testing/change.ts';
import { record } from '../log/testing/logs.ts';
import { type TestSink, testSink } from './testing/sink.ts';

/** Opens streams of a sink. */
async function opening({ server }: TestSink) {
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  return async (name: string, query = '') => {
    const stop = new AbortController();
    onTestFinished(() => stop.abort());
    const answer = await fetch(`${origin}/-/events${query}`, {
      signal: stop.signal,
      headers: { accept: 'text/event-stream', authorization: `Bearer ${name}` },
    });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      status: answer.status,
      stop: () => stop.abort(),
      async until(said: string): Promise<void> {
        while (!text.includes(said)) text += (await reader?.read())?.value ?? '';
      },
    };
  };
}

test('nobody takes the streams of others', async () => {
  const sink = testSink();
  const open = await opening(sink);
  const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => open('ada')));
  expect([first, ...others].map((stream) => stream?.status)).toEqual(Array(8).fill(200));
  expect((await open('ada')).status).toBe(429);
  expect((await open('eve')).status).toBe(200);
  first?.stop();
  await expect.poll(async () => (await open('ada')).status).toBe(200);
});

test('what was appended is read once, however many follow', async () => {
  const read = vi.fn();
  const sink = testSink((log) => ({ log: { ...log, read: read.mockImplementation(log.read) } }));
  await record(sink.log, 'ab');
  const open = await opening(sink);
  const queries = ['', '?of=apps.apps.hearth.dev', '?of=home/apps.apps.hearth.dev/c', '?after=2'];
  const streams = await Promise.all(queries.flatMap((query) => [open('ada', query), open('admin', query)]));
  await Promise.all(streams.map(({ until }) => until('told here')));
  read.mockClear();
  await record(sink.log, 'c');
  await Promise.all(streams.map(({ until }) => until('id: 3')));
  expect(read).toHaveBeenCalledTimes(1);
});

test('who sees nothing of what happens all the time hears that the stream goes on', async () => {
  const clock = fakeClock();
  const sink = testSink(() => ({ clock }));
  const stream = await (await opening(sink))('ada');
  await stream.until('told here');
  for (const version of [1, 2, 3]) {
    await sink.log.append([change({ name: 'x', version, kind: 'User' })], cursorAt(version));
    clock.advance(8_000);
  }
  await sink.log.append([change({ name: 'x', version: 4, kind: 'User' })], cursorAt(4));
  await stream.until('still here');
});
