import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JobObject, Key } from '@hearth/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { definitionOf, inputOf, workloadInputOf } from '../testing/fixtures.ts';
import { carryOutPostStart, type PostStartInput, postStartDigest } from './post-start.ts';

let server: Server;
let asked: string[] = [];
let status = 200;

beforeEach(async () => {
  asked = [];
  status = 200;
  server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString('utf8');
    asked.push(`${request.method} ${request.headers.host}${request.url} ${body}`);
    const made = request.url === '/keys';
    response.writeHead(made ? 201 : status).end(made ? '{"key":"k1"}' : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise<unknown>((resolve) => server.close(resolve)));

const makeKey = { name: 'key', type: 'http', path: '/keys', capture: { key: '/key' } };
const useKey = {
  name: 'use',
  type: 'http',
  workload: 'worker',
  port: 'api',
  path: '/use',
  body: '${secret.key} ${secret.password}',
};
const migrate = { name: 'migrate', type: 'command', command: ['migrate'] };

function scene(
  postStart: readonly object[],
  secrets: Record<string, string> = {},
  version = '1.0',
): PostStartInput {
  const definition = definitionOf('rss', {
    workloads: [
      {
        name: 'app',
        ports: [
          { name: 'metrics', port: 9090 },
          { name: 'http', port: 8080, protocol: 'HTTP' },
        ],
      },
      { name: 'worker', image: 'app', ports: [{ name: 'api', port: 7070 }] },
    ],
    configure: { postStart },
  });
  const input = { ...inputOf(definition), version };
  const workloads = (definition.spec.workloads ?? []).map((workload, index) =>
    workloadInputOf(input, { workload, index, configHash: `hash-${secrets.password}` }),
  );
  const lookUp = (scope: string, field: string) => (scope === 'secret' ? secrets[field] : undefined);
  return { input, workloads, volumes: ['v1'], lookUp, digestKey: Buffer.alloc(32, 1) };
}

function actions(job: JobObject['status'] = { conditions: [{ type: 'Complete', status: 'True' }] }) {
  const kept: object[] = [];
  const reached: string[] = [];
  const context = {
    read: { list: () => [] },
    act: { apply: async (object: JobObject) => ({ object: { ...object, status: job }, changed: true }) },
    reach: async (service: Key, port: number) => {
      reached.push(`${service.namespace}/${service.name}:${port}`);
      return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
    },
    signal: new AbortController().signal,
  } as unknown as Parameters<typeof carryOutPostStart>[1]['context'];
  return { kept, reached, context, keep: async (captured: object) => kept.push(captured) };
}

describe('carryOutPostStart', () => {
  test('carries steps out in order, on the workloads’ own Services, with what was captured before', async () => {
    const given = scene([makeKey, migrate, useKey], { password: 'p' });
    const doing = actions();
    const { captured, digest } = await carryOutPostStart(given, doing);
    expect(captured).toEqual({ key: 'k1' });
    expect(doing.kept).toEqual([{ key: 'k1' }]);
    expect(doing.reached).toEqual(['home/rss:8080', 'home/rss-worker:7070']);
    expect(asked).toEqual([
      'POST rss.home.svc.cluster.local:8080/keys ',
      'POST rss-worker.home.svc.cluster.local:7070/use k1 p',
    ]);
    expect(digest).toBe(postStartDigest(scene([makeKey, migrate, useKey], { password: 'p', key: 'k1' })));
  });

  test('keeps, with each step’s captures, those of the steps before', async () => {
    const second = { ...makeKey, name: 'second', capture: { other: '/key' } };
    const doing = actions();
    await carryOutPostStart(scene([makeKey, second]), doing);
    expect(doing.kept).toEqual([{ key: 'k1' }, { key: 'k1', other: 'k1' }]);
  });

  test('keeps what was captured before a later step fails', async () => {
    status = 500;
    const doing = actions();
    await expect(carryOutPostStart(scene([makeKey, useKey], { password: 'p' }), doing)).rejects.toMatchObject(
      {
        reason: 'ConfigureFailed',
      },
    );
    expect(doing.kept).toEqual([{ key: 'k1' }]);
  });

  test('waits for a command before the steps after it', async () => {
    await expect(carryOutPostStart(scene([migrate, makeKey]), actions({}))).rejects.toMatchObject({
      name: 'Waiting',
      reason: 'Configuring',
    });
    expect(asked).toEqual([]);
  });

  test.each([
    ['UnknownName', useKey, '`${secret.key}` has no value here'],
    ['NoPort', { ...makeKey, port: 'nope' }, 'workload app has no port nope'],
    ['NoPort', { ...makeKey, workload: 'worker' }, 'workload worker has no HTTP port'],
    ['NoWorkload', { ...makeKey, workload: 'nope' }, 'the definition has no workload nope'],
    [
      'BadStep',
      { ...makeKey, capture: { key: 'key' } },
      '`key` is not a JSON Pointer to a key; write it as /server/port',
    ],
  ])('stalls on a definition that can’t work: %s', async (reason, step, sentence) => {
    await expect(carryOutPostStart(scene([step]), actions())).rejects.toMatchObject({
      name: 'Stalled',
      reason,
      message: `Step ${step.name} of App home/rss: ${sentence}.`,
    });
  });

  test('has nothing to do without steps', async () => {
    expect(await carryOutPostStart(scene([]), actions())).toEqual({
      captured: {},
      digest: postStartDigest(scene([])),
    });
  });
});

describe('postStartDigest', () => {
  const steps = [makeKey, useKey, migrate];
  const known = { key: 'k1', password: 'p' };
  const digest = postStartDigest(scene(steps, known));

  test('is a digest', () => {
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
  });

  test('is the same for what is captured anew', () => {
    expect(postStartDigest(scene(steps, { ...known, key: 'k2' }))).toBe(digest);
  });

  test('is undefined while what is captured is not kept', () => {
    expect(postStartDigest(scene(steps, { password: 'p' }))).toBeUndefined();
  });

  test.each([
    ['another value', scene(steps, { ...known, password: 'q' })],
    ['another version', scene(steps, known, '1.1')],
    ['another order', scene([useKey, makeKey, migrate], known)],
    ['another command', scene([makeKey, useKey, { ...migrate, command: ['x'] }], known)],
    ['another key', { ...scene(steps, known), digestKey: Buffer.alloc(32, 2) }],
    ['another volume', { ...scene(steps, known), volumes: ['v2'] }],
  ])('is another for %s', (_, other) => {
    expect(postStartDigest(other)).toBeDefined();
    expect(postStartDigest(other)).not.toBe(digest);
  });

  test('stalls on a name without a value', () => {
    expect(() => postStartDigest(scene([makeKey, useKey], { key: 'k1' }))).toThrow(
      expect.objectContaining({ name: 'Stalled', reason: 'UnknownName' }),
    );
  });
});
