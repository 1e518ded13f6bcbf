import { describe, expect, test } from 'vitest';
import { app, definition } from '../resolve/fixtures.ts';
import { checkApp } from './app.ts';
import { effectiveSettings } from './settings.ts';

const wiki = definition('wiki', {
  workloads: [
    {
      name: 'app',
      env: { L: '${settings.lang}', T: '${settings.title}' },
      volumes: [{ name: 'data', path: '/data' }],
    },
  ],
  integrations: [
    { name: 'db', kind: 'Database', required: true },
    { name: 'sso', kind: 'SSOClient', strategy: 'oidc' },
  ],
  settings: {
    lang: { type: 'string', enum: ['en', 'de'], default: 'en' },
    title: { type: 'string', maxLength: 4, pattern: '^[^<]*$' },
    size: { type: 'integer', minimum: 1, maximum: 9 },
    ratio: { type: 'number' },
    open: { type: 'boolean', default: false },
  },
  provides: [{ kind: 'Database', engine: 'x', port: 'sql', admin: { username: 'root', secret: 'pw' } }],
  secrets: [{ name: 'pw' }],
});

type Spec = NonNullable<Parameters<typeof app>[1]>;
const title = { title: 'Ours' };
const problemsOf = (spec: Spec) => checkApp(app('home/wiki', { settings: title, ...spec }), wiki);

describe('an App in order', () => {
  test.each<[string, Spec]>([
    ['plain', {}],
    [
      'with everything',
      {
        version: '1.0.0',
        settings: { ...title, lang: 'de', size: 9, ratio: 0.5, open: true },
        volumes: [{ name: 'data', size: '2Gi' }],
        integrations: [{ name: 'sso', mode: 'Off' }],
      },
    ],
    [
      'external',
      {
        settings: {},
        version: '12',
        external: { host: 'nas', ports: [{ name: 'sql', port: 5432 }], credentialsSecret: 'nas' },
      },
    ],
  ])('%s', (_, spec) => {
    expect(problemsOf(spec)).toEqual([]);
  });

  test('a title is counted in characters, not in UTF-16 units', () => {
    expect(problemsOf({ settings: { title: '🏠🏠🏠🏠' } })).toEqual([]);
  });
});

describe('an App that asks for what isn’t there', () => {
  test.each<[string, Spec, string, string]>([
    [
      'a setting',
      { settings: { ...title, langu: 'en' } },
      'spec.settings.langu',
      'has no setting `langu`; there are `lang`',
    ],
    [
      'a setting that objects have anyway',
      { settings: { ...title, constructor: 'x' } },
      'spec.settings.constructor',
      'no setting',
    ],
    [
      'a text for a number',
      { settings: { ...title, size: '3' } },
      'spec.settings.size',
      '"3" is not an integer',
    ],
    [
      'a fraction for an integer',
      { settings: { ...title, size: 2.5 } },
      'spec.settings.size',
      'is not an integer',
    ],
    [
      'a number below its bounds',
      { settings: { ...title, size: 0 } },
      'spec.settings.size',
      'at least 1 and at most 9',
    ],
    [
      'a number above its bounds',
      { settings: { ...title, size: 10 } },
      'spec.settings.size',
      'at least 1 and at most 9',
    ],
    [
      'a text for a switch',
      { settings: { ...title, open: 'yes' } },
      'spec.settings.open',
      'is not a boolean',
    ],
    ['a language', { settings: { ...title, lang: 'fr' } }, 'spec.settings.lang', 'none of `en`, `de`'],
    ['a text that is too long', { settings: { title: 'Theirs' } }, 'spec.settings.title', 'longer than 4'],
    ['a text that doesn’t match', { settings: { title: '<b>' } }, 'spec.settings.title', 'doesn’t match'],
    [
      'nothing where something is needed',
      { settings: {} },
      'spec.settings.title',
      'needs the setting `title`',
    ],
    [
      'a volume',
      { volumes: [{ name: 'files', size: '1Gi' }] },
      'spec.volumes[files]',
      'no volume `files`; there is `data`',
    ],
    [
      'a slot',
      { integrations: [{ name: 'cache' }] },
      'spec.integrations[cache]',
      'no slot `cache`; there are `db` and `sso`',
    ],
    [
      'a required slot to be Off',
      { integrations: [{ name: 'db', mode: 'Off' }] },
      'spec.integrations[db]',
      'can’t be Off',
    ],
    ['a version', { version: '9' }, 'spec.version', 'has no version 9; there is `1.0.0`'],
    [
      'to be external without a port',
      { external: { host: 'nas', credentialsSecret: 'x' } },
      'spec.external.ports',
      'port `sql`',
    ],
    [
      'to be external without an account',
      { external: { host: 'nas', ports: [{ name: 'sql', port: 1 }] } },
      'spec.external.credentialsSecret',
      'name a Secret',
    ],
  ])('%s', (_, spec, path, words) => {
    const problems = problemsOf(spec);
    expect(problems.map((problem) => problem.path)).toEqual([path]);
    expect(problems[0]?.message).toContain(words);
  });
});

test('settings in effect are the App’s over the defaults, and no others', () => {
  const wanted = app('home/wiki', { settings: { lang: 'de', stray: 1 } });
  expect(effectiveSettings(wanted, wiki)).toEqual({ lang: 'de', open: false });
});
