import { describe, expect, test } from 'vitest';
import { definition } from '../resolve/fixtures.ts';
import { checkTemplates } from './templates.ts';

type Spec = NonNullable<Parameters<typeof definition>[1]>;

const withEnv = (env: Record<string, string>, spec: Spec = {}): Spec => ({
  ...spec,
  workloads: [{ name: 'app', ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }], env }],
});
const required = { name: 'db', kind: 'Database', required: true } as const;
const optional = { name: 'db', kind: 'Database' } as const;
const route = { name: 'route', kind: 'Route', port: 'http' } as const;

describe('a template that names', () => {
  const cases: readonly (readonly [string, Spec, string, string])[] = [
    [
      'a slot that isn’t declared',
      withEnv({ X: '${db.uri}' }),
      'spec.workloads[app].env.X',
      'names a slot that isn’t declared',
    ],
    [
      'secrets for secret',
      withEnv({ X: '${secrets.key}' }, { secrets: [{ name: 'key' }] }),
      'spec.workloads[app].env.X',
      '`${secret.key}`',
    ],
    [
      'a field that the kind doesn’t have',
      withEnv({ X: '${db.url}' }, { integrations: [required] }),
      'spec.workloads[app].env.X',
      'a Database doesn’t have',
    ],
    [
      'an optional slot in a workload',
      withEnv({ X: '${db.uri}' }, { integrations: [optional] }),
      'spec.workloads[app].env.X',
      'only while the optional slot `db` is bound',
    ],
    [
      'an optional slot in another’s env',
      { integrations: [optional, { ...route, required: true, env: { X: '${db.uri}' } }] },
      'spec.integrations[route].env.X',
      'only while the optional slot `db` is bound',
    ],
    [
      'a setting that isn’t declared',
      withEnv({ X: '${settings.nope}' }),
      'spec.workloads[app].env.X',
      'a setting that isn’t declared',
    ],
    [
      'a setting that objects have anyway',
      withEnv({ X: '${settings.constructor}' }, { settings: { a: { type: 'string' } } }),
      'spec.workloads[app].env.X',
      'a setting that isn’t declared',
    ],
    [
      'a secret that isn’t declared',
      withEnv({ X: '${secret.nope}' }),
      'spec.workloads[app].env.X',
      'a secret that isn’t declared',
    ],
    [
      'a field that no app has',
      withEnv({ X: '${app.owner}' }),
      'spec.workloads[app].env.X',
      'nothing that an app has',
    ],
    [
      'a field that no home has',
      withEnv({ X: '${home.address}' }),
      'spec.workloads[app].env.X',
      'nothing that a home has',
    ],
    [
      'the host of an app without a Route',
      withEnv({ X: '${app.host}' }, { integrations: [route] }),
      'spec.workloads[app].env.X',
      'only while a Route is bound',
    ],
    [
      'a captured secret before it is captured',
      withEnv(
        { X: '${secret.token}' },
        { configure: { postStart: [{ name: 'a', type: 'http', path: '/', capture: { token: '/t' } }] } },
      ),
      'spec.workloads[app].env.X',
      'captured from the running app',
    ],
  ];

  test.each(cases)('%s', (_, spec, path, words) => {
    const problems = checkTemplates(definition('app', spec));
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message).toContain(words);
  });

  test('the app’s address, in the env of its optional Route', () => {
    const spec: Spec = { integrations: [{ ...route, env: { URL: '${app.url}' } }] };
    expect(checkTemplates(definition('app', spec))).toEqual([]);
  });

  test('the home’s domain and its authority, anywhere', () => {
    const spec = withEnv({ X: '${home.domain}', Y: '${home.caFile}', Z: '${home.caDir}' });
    expect(checkTemplates(definition('app', spec))).toEqual([]);
  });

  test('nothing that can be read', () => {
    const app = definition('app');
    const [workload] = app.spec.workloads ?? [];
    const broken = workload && {
      ...app,
      spec: { ...app.spec, workloads: [{ ...workload, env: { X: '${' } }] },
    };
    expect(broken && checkTemplates(broken)).toMatchObject([{ path: 'spec.workloads[app].env.X' }]);
  });
});
