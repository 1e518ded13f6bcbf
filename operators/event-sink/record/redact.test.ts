import { describe, expect, test } from 'vitest';
import { createRedact, type Fields } from './redact.ts';

const key = Buffer.alloc(32, 7);
const DIGEST = /^hmac-sha256:[\w-]{22}$/;
const redacted = expect.stringMatching(DIGEST);

const redact = (kind: string, object: Fields, paths: readonly string[] = []) =>
  createRedact({ key, paths }, kind)(object);

describe('redaction', () => {
  test.each<[string, string, Fields, Fields]>([
    [
      'the data of a ConfigMap, not its keys',
      'configmaps.core',
      { data: { 'a.ini': 'password=x' }, binaryData: { b: 'AA==' } },
      { data: { 'a.ini': redacted }, binaryData: { b: redacted } },
    ],
    [
      'environment values, wherever containers are; not what they refer to',
      'deployments.apps',
      {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: 'app',
                  env: [
                    { name: 'A', value: 'x' },
                    { name: 'B', valueFrom: {} },
                  ],
                },
              ],
            },
          },
        },
      },
      {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: 'app',
                  env: [
                    { name: 'A', value: redacted },
                    { name: 'B', valueFrom: {} },
                  ],
                },
              ],
            },
          },
        },
      },
    ],
    [
      'contents of files',
      'nixosconfigurations.nio.hearth.dev',
      { spec: { files: [{ path: '/etc/x', content: 'x' }] } },
      { spec: { files: [{ path: '/etc/x', content: redacted }] } },
    ],
    [
      'what kubectl noted down',
      'apps.apps.hearth.dev',
      { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', other: 'x' } } },
      {
        metadata: {
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': redacted, other: 'x' },
        },
      },
    ],
    [
      'the environment and the files that a definition gives an app',
      'appdefinitions.apps.hearth.dev',
      {
        spec: {
          workloads: [{ name: 'app', env: { A: 'x' } }],
          integrations: [{ name: 'db', env: { B: 'x' } }],
          configure: {
            preStart: [{ name: 'f', content: 'x' }],
            postStart: [{ body: 'x', headers: { c: 'x' }, unless: { headers: { d: 'x' } } }],
          },
        },
      },
      {
        spec: {
          workloads: [{ name: 'app', env: { A: redacted } }],
          integrations: [{ name: 'db', env: { B: redacted } }],
          configure: {
            preStart: [{ name: 'f', content: redacted }],
            postStart: [{ body: redacted, headers: { c: redacted }, unless: { headers: { d: redacted } } }],
          },
        },
      },
    ],
    [
      'where a channel of notifications is',
      'homes.hearth.dev',
      { spec: { notifications: [{ name: 'n', url: 'https://ntfy.example/secret' }] } },
      { spec: { notifications: [{ name: 'n', url: redacted }] } },
    ],
  ])('hides %s', (_, kind, object, after) => {
    expect(redact(kind, object)).toEqual(after);
  });

  test('keeps nothing of what the API server notes for itself', () => {
    const metadata = { name: 'rss', resourceVersion: '5', managedFields: [{ manager: 'kubectl' }] };
    expect(redact('apps.apps.hearth.dev', { metadata })).toEqual({ metadata: { name: 'rss' } });
  });

  test('leaves lists as long as they are, null and all', () => {
    const object = { spec: { list: [null, [1, [2]], {}], none: null } };
    expect(redact('apps.apps.hearth.dev', object)).toEqual(object);
  });

  test('leaves the data of other kinds', () => {
    expect(redact('things.example.org', { data: { a: 'x' } })).toEqual({ data: { a: 'x' } });
  });

  test('hides further paths, of one kind or of all, whatever lies there', () => {
    const paths = ['apps.apps.hearth.dev:/spec/settings/token', '/spec/**/pin', '/spec/blob'];
    const object = {
      spec: { settings: { token: 't', other: 'o' }, deep: [{ er: { pin: 1 } }], blob: { a: [1] } },
    };
    expect(redact('apps.apps.hearth.dev', object, paths)).toEqual({
      spec: { settings: { token: redacted, other: 'o' }, deep: [{ er: { pin: redacted } }], blob: redacted },
    });
    expect(redact('users.iam.hearth.dev', object, paths)).toMatchObject({
      spec: { settings: { token: 't' } },
    });
  });

  test('shows that a value changed, and says nothing of it without the key', () => {
    const digestOf = (value: string, salt: Uint8Array) =>
      JSON.stringify(createRedact({ key: salt }, 'configmaps.core')({ data: { a: value } }));
    expect(digestOf('x', key)).toBe(digestOf('x', key));
    expect(digestOf('x', key)).not.toBe(digestOf('y', key));
    expect(digestOf('x', key)).not.toBe(digestOf('x', Buffer.alloc(32, 8)));
  });

  test.each(['spec/x', '/', '/spec//x', '/spec/**', 'apps.apps.hearth.dev:spec'])(
    'refuses %s, which is no path',
    (path) => {
      expect(() => createRedact({ key, paths: [path] }, 'things.example.org')).toThrow('is no path');
    },
  );

  test('refuses a key that could be guessed', () => {
    expect(() => createRedact({ key: Buffer.from('short') }, 'things.example.org')).toThrow('32 bytes');
  });
});
