import type { ResolvedBinding } from '@hearth/domain';
import { describe, expect, it } from 'vitest';
import { appOf, definitionOf, homeOf, inputOf } from '../testing/fixtures.ts';
import { renderEnvironment, type Values } from './environment.ts';

const key = Buffer.from('key');
const definition = definitionOf('reader', {
  workloads: [
    {
      name: 'app',
      env: {
        URL: '${route.url}',
        EVERY: '${settings.every}',
        PASSWORD: '${secret.admin}',
        WHO: '${app.name}',
      },
    },
    { name: 'worker', env: { EVERY: '${settings.every}' } },
  ],
  integrations: [
    { name: 'db', kind: 'Database', required: true, env: { DATABASE_URL: '${db.uri}' } },
    { name: 'route', kind: 'Route', required: true, port: 'http' },
  ],
  secrets: [{ name: 'admin' }],
  settings: { every: { type: 'integer', default: 60 } },
});
const bindings: ResolvedBinding[] = (definition.spec.integrations ?? []).map((slot) => ({
  slot,
  state: 'Bound',
  reason: '',
  provider: { namespace: 'hearth-providers', name: 'x' },
}));
const values: Values = {
  bindings: new Map([
    ['db', { uri: 'postgresql://u:p@h/d' }],
    ['route', { url: 'https://reader.home', host: 'reader.home' }],
  ]),
  secrets: { admin: '${db.uri}' },
  url: 'https://reader.home',
  host: 'reader.home',
};
const render = (more: Partial<Values> = {}, settings: object = {}) =>
  renderEnvironment(
    inputOf(definition, appOf('reader', { settings })),
    bindings,
    { ...values, ...more },
    key,
  );

describe('renderEnvironment', () => {
  it('gives each workload its own variables and those of bound slots', () => {
    const { secret, workloads } = render();
    expect(secret).toEqual({
      'app.DATABASE_URL': 'postgresql://u:p@h/d',
      'app.EVERY': '60',
      // What a value contains is never read as a template again.
      'app.PASSWORD': '${db.uri}',
      'app.TZ': 'UTC',
      'app.URL': 'https://reader.home',
      'app.WHO': 'reader',
      'worker.DATABASE_URL': 'postgresql://u:p@h/d',
      'worker.EVERY': '60',
      'worker.TZ': 'UTC',
    });
    expect(workloads.get('worker')?.variables).toEqual(['DATABASE_URL', 'EVERY', 'TZ']);
  });

  it('leaves out the variables of slots that are not bound', () => {
    const { secret } = render({ bindings: new Map([['route', { url: 'https://r', host: 'r' }]]) });
    expect(Object.keys(secret).filter((name) => name.endsWith('DATABASE_URL'))).toEqual([]);
  });

  it('restarts only the workloads whose values changed', () => {
    const before = render().workloads;
    const after = render({ secrets: { admin: 'another' } }).workloads;
    expect(after.get('app')?.configHash).not.toBe(before.get('app')?.configHash);
    expect(after.get('worker')?.configHash).toBe(before.get('worker')?.configHash);
  });

  it('names what has no value, and no value', () => {
    expect(() => render({ bindings: new Map([['db', { uri: 'secret' }]]) })).toThrow(/route\.url/);
    expect(() => render({ bindings: new Map([['db', { uri: 'secret' }]]) })).not.toThrow(/secret/);
  });

  it('knows the home, and restarts what trusts its authority when that is another', () => {
    const trusting = definitionOf('reader', {
      workloads: [
        { name: 'app', env: { DOMAIN: '${home.domain}', NODE_EXTRA_CA_CERTS: '${home.caFile}' } },
        { name: 'worker', env: { DOMAIN: '${home.domain}' } },
      ],
    });
    const under = (certificateAuthority: string) => {
      const home = { ...homeOf(), status: { observedGeneration: 1, certificateAuthority } };
      return renderEnvironment(inputOf(trusting, appOf('reader'), home), [], values, key);
    };
    const [one, other] = [under('one'), under('other')];
    expect(one.secret).toMatchObject({
      'app.DOMAIN': 'hearth.home.arpa',
      'app.NODE_EXTRA_CA_CERTS': '/etc/hearth/ca.crt',
    });
    const hashOf = ({ workloads }: typeof one, name: string) => workloads.get(name)?.configHash;
    expect(hashOf(other, 'app')).not.toBe(hashOf(one, 'app'));
    expect(hashOf(other, 'worker')).toBe(hashOf(one, 'worker'));
  });
});
