import { describe, expect, test } from 'vitest';
import { definition } from '../resolve/fixtures.ts';
import { checkDefinition } from './definition.ts';

type Spec = NonNullable<Parameters<typeof definition>[1]>;

const ports = [{ name: 'http', port: 8080, protocol: 'HTTP' as const }];
const required = { name: 'db', kind: 'Database', required: true } as const;
const route = { name: 'route', kind: 'Route', port: 'http' } as const;

describe('a definition in order', () => {
  const good: Spec = {
    workloads: [
      {
        name: 'app',
        ports,
        env: {
          URL: '${route.url}',
          HOST: '${app.host}',
          LEVEL: '${settings.level}',
          KEY: '${secret.key}',
          DB: '${db.uri}',
        },
        volumes: [{ name: 'data', path: '/data', shared: true }],
        probes: { ready: { path: '/healthz' } },
      },
      { name: 'worker', image: 'app', volumes: [{ name: 'data', path: '/data', shared: true }] },
    ],
    integrations: [
      { ...route, required: true },
      { ...required, env: { DB_HOST: '${db.host}' } },
      {
        name: 'sso',
        kind: 'SSOClient',
        strategy: 'oidc',
        redirects: ['/cb'],
        env: { ID: '${sso.clientId}', BACK: '${route.url}/cb' },
      },
    ],
    secrets: [{ name: 'key' }],
    settings: { level: { type: 'string', enum: ['info', 'debug'], default: 'info' } },
    provides: [
      {
        kind: 'Connection',
        role: 'reader',
        port: 'http',
        apiKey: 'token',
        admin: { username: 'admin', secret: 'key' },
      },
    ],
    configure: {
      preStart: [{ name: 'conf', type: 'file', path: '/data/app.conf', content: 'key=${secret.key}' }],
      postStart: [
        { name: 'token', type: 'http', path: '/token', capture: { token: '/token' } },
        { name: 'use', type: 'http', path: '/use', headers: { Authorization: 'Bearer ${secret.token}' } },
      ],
    },
  };

  test('has no problems', () => {
    expect(checkDefinition(definition('app', good))).toEqual([]);
  });
});

describe('a definition that is wrong', () => {
  const twice = (name: string) => ({ name, ports });
  const cases: readonly (readonly [string, Spec, string, string])[] = [
    [
      'a version without an image',
      { versions: [{ version: '2', images: { other: 'x' } }] },
      'spec.versions[2].images',
      'no image `app`',
    ],
    [
      'a probe of a port that isn’t there',
      { workloads: [{ name: 'app', ports, probes: { ready: { path: '/', port: 'web' } } }] },
      'spec.workloads[app].probes.ready.port',
      'no port `web`',
    ],
    [
      'a probe without an HTTP port',
      { workloads: [{ name: 'app', ports: [{ name: 'http', port: 80 }], probes: { ready: { path: '/' } } }] },
      'spec.workloads[app].probes.ready.path',
      'has protocol HTTP',
    ],
    [
      'a Route to a port that isn’t there',
      { integrations: [{ ...route, port: 'web' }] },
      'spec.integrations[route].port',
      'no port `web`',
    ],
    [
      'a Route to a workload that isn’t there',
      { integrations: [{ ...route, workload: 'web' }] },
      'spec.integrations[route].workload',
      'No workload is called `web`',
    ],
    [
      'sign-on without a Route',
      { integrations: [{ name: 'sso', kind: 'SSOClient', strategy: 'oidc', redirects: ['/cb'] }] },
      'spec.integrations[sso]',
      'no Route slot',
    ],
    [
      'no path to return to',
      {
        integrations: [
          { name: 'sso', kind: 'SSOClient', strategy: 'oidc' },
          { name: 'route', kind: 'Route', port: 'http' },
        ],
      },
      'spec.integrations[sso].redirects',
      'at least one path',
    ],
    [
      'two defaults',
      {
        integrations: [
          {
            ...required,
            compatible: [
              { definition: 'a', default: true },
              { definition: 'b', default: true },
            ],
          },
        ],
      },
      'spec.integrations[db].compatible',
      'More than one',
    ],
    [
      'a slot named like a scope',
      { integrations: [{ ...required, name: 'secret' }] },
      'spec.integrations[secret]',
      'something else in templates',
    ],
    [
      'an offer at a port that isn’t there',
      { provides: [{ kind: 'Mail', port: 'smtp' }] },
      'spec.provides[Mail default].port',
      'no port `smtp`',
    ],
    [
      'an offer of a workload that isn’t there',
      { provides: [{ kind: 'Mail', workload: 'smtp' }] },
      'spec.provides[Mail default].workload',
      'No workload',
    ],
    [
      'an admin without a secret',
      { provides: [{ kind: 'Mail', admin: { username: 'root', secret: 'pw' } }] },
      'spec.provides[Mail default].admin.secret',
      'No secret is called `pw`',
    ],
    [
      'a key without a secret',
      { provides: [{ kind: 'Connection', role: 'r', apiKey: 'key' }] },
      'spec.provides[Connection default].apiKey',
      'No secret is called `key`',
    ],
    [
      'a step of a workload that isn’t there',
      { configure: { postStart: [{ name: 'x', type: 'command', command: ['a'], workload: 'web' }] } },
      'spec.configure.postStart[x].workload',
      'No workload',
    ],
    [
      'a call to a port that isn’t there',
      { configure: { postStart: [{ name: 'x', type: 'http', path: '/', port: 'web' }] } },
      'spec.configure.postStart[x].port',
      'no port `web`',
    ],
    [
      'a check before a call at a port that isn’t there',
      {
        configure: {
          postStart: [{ name: 'x', type: 'http', path: '/', unless: { path: '/', port: 'web' } }],
        },
      },
      'spec.configure.postStart[x].unless.port',
      'no port `web`',
    ],
    [
      'a call without an HTTP port',
      { workloads: [{ name: 'app' }], configure: { postStart: [{ name: 'x', type: 'http', path: '/' }] } },
      'spec.configure.postStart[x]',
      'has protocol HTTP',
    ],
    [
      'a file outside of the volumes',
      {
        workloads: [{ name: 'app', volumes: [{ name: 'data', path: '/data' }] }],
        configure: { preStart: [{ name: 'f', type: 'directory', path: '/database' }] },
      },
      'spec.configure.preStart[f].path',
      'in none of the volumes of `app` (/data)',
    ],
    [
      'two volumes on one path',
      {
        workloads: [
          {
            name: 'app',
            volumes: [
              { name: 'a', path: '/data' },
              { name: 'b', path: '/data' },
            ],
          },
        ],
      },
      'spec.workloads[app].volumes[b]',
      'taken by volumes[a]',
    ],
    [
      'a volume on a scratch folder',
      { workloads: [{ name: 'app', volumes: [{ name: 'a', path: '/tmp' }], scratch: ['/tmp'] }] },
      'spec.workloads[app].scratch',
      'taken by volumes[a]',
    ],
    [
      'one volume that two workloads don’t share',
      {
        workloads: [
          { name: 'app', volumes: [{ name: 'a', path: '/a', shared: true }] },
          { name: 'b', image: 'app', volumes: [{ name: 'a', path: '/a' }] },
        ],
      },
      'spec.workloads[b].volumes[a]',
      'set shared on both',
    ],
    [
      'a default of another type',
      { settings: { n: { type: 'integer', default: 1.5 } } },
      'spec.settings.n.default',
      'is not an integer',
    ],
    [
      'a default out of bounds',
      { settings: { n: { type: 'number', default: 11, minimum: 1, maximum: 10 } } },
      'spec.settings.n.default',
      'at least 1 and at most 10',
    ],
    [
      'a default that the enum lacks',
      { settings: { s: { type: 'string', default: 'c', enum: ['a', 'b'] } } },
      'spec.settings.s.default',
      'none of `a`, `b`',
    ],
    [
      'a pattern that is none',
      { settings: { s: { type: 'string', pattern: '(' } } },
      'spec.settings.s.pattern',
      'no regular expression',
    ],
    [
      'two of one name',
      { workloads: [twice('app'), twice('app')] },
      'spec.workloads[app]',
      'more than one `app`',
    ],
  ];

  test.each(cases)('%s', (_, spec, path, words) => {
    const problems = checkDefinition(definition('app', spec));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toBe(path);
    expect(problems[0]?.message).toContain(words);
    expect(problems[0]?.message).toMatch(/^[`A-Z/\d].*\.$/);
  });
});
