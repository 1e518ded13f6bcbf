import { describe, expect, test } from 'vitest';
import { ApiError, isNotFound } from './cluster/errors.ts';
import type { ApiRequest } from './cluster/transport.ts';
import { ConfigMap } from './kinds/core.ts';
import { ready } from './outcome.ts';
import { createStatusWriter } from './status-writer.ts';
import { createWrites } from './writes.ts';

const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'n', uid: 'u' } };
const controller = { name: 'c', kind: ConfigMap, reconcile: async () => ready() };
const served = (...names: readonly string[]) => ({
  resources: names.map((name) => ({ name, kind: 'ConfigMap', namespaced: true })),
});

/** A writer of statuses to a server that answers a write by `patch`, and discovery by `discovery`. */
function start() {
  const requests: string[] = [];
  const answers = { patch: undefined as unknown, discovery: undefined as unknown };
  const transport = {
    async request<T>(request: ApiRequest) {
      requests.push(`${request.method} ${request.path}`);
      const answer = request.method === 'PATCH' ? answers.patch : answers.discovery;
      if (answer instanceof Error) throw answer;
      return answer as T;
    },
  };
  const writes = createWrites(transport, () => undefined);
  const write = createStatusWriter(controller, transport);
  return { requests, answers, write: () => write(writes, object, []) };
}

const request = { method: 'PATCH', path: '/x' };
/** What a server says of a path that it does not know, and of an object that is not there. */
const noPath = new ApiError(request, 404, { message: '404 page not found' });
const noObject = new ApiError(request, 404, { details: { name: 'x' } });

describe('a status', () => {
  test.each([
    ['by a path that it does not know', noPath],
    ['as if the object were missing', noObject],
  ])('is not written again where the kind has none, which the server says %s', async (_, refusal) => {
    const { answers, write, requests } = start();
    Object.assign(answers, { patch: refusal, discovery: served('configmaps', 'configmaps/other') });
    expect(await write()).toBeUndefined();
    expect(await write()).toBeUndefined();
    expect(requests).toEqual(['PATCH /api/v1/namespaces/n/configmaps/x/status', 'GET /api/v1']);
  });

  test('is written again once a kind that was away is back', async () => {
    const { answers, write } = start();
    for (const discovery of [served('pods'), noPath]) {
      Object.assign(answers, { patch: noPath, discovery });
      await expect(write()).rejects.toSatisfy(isNotFound);
    }
    answers.patch = { ...object, metadata: { ...object.metadata, resourceVersion: '7' } };
    expect(await write()).toBe('7');
  });

  test.each([
    ['deleted it', { deletionTimestamp: '2026-01-01T00:00:00Z' }],
    ['asked for something else', { generation: 3 }],
    ['given it a label', { labels: { a: 'b' } }],
  ])('tells of no version that is its own alone where somebody else has %s', async (_, change) => {
    const { answers, write } = start();
    answers.patch = { ...object, metadata: { ...object.metadata, ...change, resourceVersion: '8' } };
    expect(await write()).toBeUndefined();
  });

  test('of an object that is gone says so, and asks about the kind but once', async () => {
    const { answers, write, requests } = start();
    Object.assign(answers, { patch: noObject, discovery: served('configmaps', 'configmaps/status') });
    await expect(write()).rejects.toSatisfy(isNotFound);
    await expect(write()).rejects.toSatisfy(isNotFound);
    expect(requests.filter((text) => text.startsWith('GET'))).toHaveLength(1);
  });
});
