import { describe, expect, test } from 'vitest';
import { Unreachable } from './cluster/errors.ts';
import type { ApiRequest } from './cluster/transport.ts';
import { createEventRecorder, type Occurrence } from './events.ts';
import type { EventObject } from './kinds/system.ts';
import { fakeClock } from './testing.ts';

const regarding = { apiVersion: 't/v1', kind: 'T', metadata: { name: 'x', namespace: 'n', uid: 'u' } };
const occurrence: Occurrence = {
  controller: 'c',
  regarding,
  type: 'Warning',
  reason: 'Bad',
  message: 'it is bad',
};

function start(up = true) {
  const clock = fakeClock('2026-01-01T00:00:00Z');
  const requests: ApiRequest[] = [];
  const errors: unknown[] = [];
  const transport = {
    async request<T>(request: ApiRequest) {
      requests.push(request);
      if (!up) throw new Unreachable(request, new Error('down'));
      return {} as T;
    },
  };
  return {
    clock,
    requests,
    errors,
    recorder: createEventRecorder({
      transport,
      clock,
      instance: 'pod-1',
      onError: (error) => errors.push(error),
    }),
  };
}

/** The Event that a request writes. */
function bodyOf(request: ApiRequest | undefined): EventObject {
  return request?.body as EventObject;
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('events', () => {
  test('say what happened to what, and who says so', () => {
    const { recorder, requests } = start();
    recorder.record(occurrence);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'POST', path: '/apis/events.k8s.io/v1/namespaces/n/events' });
    expect(requests[0]?.body).toMatchObject({
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'hearth.dev/c',
      reportingInstance: 'pod-1',
      type: 'Warning',
      reason: 'Bad',
      note: 'it is bad',
      regarding: { kind: 'T', namespace: 'n', name: 'x', uid: 'u' },
    });
  });

  test('are counted when they repeat, and the count is sent once a minute', async () => {
    const { recorder, requests, clock } = start();
    for (let n = 0; n < 100; n++) recorder.record(occurrence);
    expect(requests).toHaveLength(1);
    clock.advance(60_000);
    await settle();
    expect(requests).toHaveLength(2);
    const name = bodyOf(requests[0]).metadata.name;
    expect(requests[1]).toMatchObject({ method: 'PATCH', body: { series: { count: 100 } } });
    expect(requests[1]?.path).toBe(`/apis/events.k8s.io/v1/namespaces/n/events/${name}`);
    clock.advance(600_000);
    await settle();
    expect(requests).toHaveLength(2);
  });

  test('begin anew when the last one is long ago, and then nothing is left of it', async () => {
    const { recorder, requests, clock } = start();
    recorder.record(occurrence);
    for (let minute = 0; minute < 8; minute++) {
      clock.advance(60_000);
      await settle();
    }
    expect(clock.pending()).toBe(0);
    recorder.record(occurrence);
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'POST']);
  });

  test('of one object are not more than a person can read', () => {
    const { recorder, requests } = start();
    for (let n = 0; n < 100; n++) recorder.record({ ...occurrence, message: `number ${n}` });
    expect(requests).toHaveLength(25);
    recorder.record({
      ...occurrence,
      regarding: { ...regarding, metadata: { ...regarding.metadata, uid: 'other' } },
    });
    expect(requests).toHaveLength(26);
  });

  test('that can not be written are lost, and said so', async () => {
    const { recorder, errors } = start(false);
    recorder.record(occurrence);
    await recorder.close();
    expect(errors).toHaveLength(1);
  });

  test('are counted to the last when the recorder is closed, and then nothing of it goes on', async () => {
    const { recorder, requests, clock } = start();
    for (let n = 0; n < 3; n++) recorder.record(occurrence);
    clock.advance(60_000);
    recorder.record(occurrence);
    await recorder.close();
    recorder.record({ ...occurrence, reason: 'TooLate' });
    await settle();
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'PATCH', 'PATCH']);
    expect(requests.at(-1)).toMatchObject({ body: { series: { count: 4 } } });
    expect(clock.pending()).toBe(0);
  });

  test('say no secret, and are not too long', () => {
    const { recorder, requests } = start();
    recorder.record({ ...occurrence, message: `postgres://a:hunter2@b/c ${'x'.repeat(3000)}` });
    const { note } = bodyOf(requests[0]);
    expect(note).not.toContain('hunter2');
    expect(note?.length).toBeLessThanOrEqual(1024);
  });
});
