import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';

describe('the environment', () => {
  it('needs nothing in a pod', () => {
    expect(readConfig({ POD_NAMESPACE: 'suite', KUBECONFIG: '' })).toEqual({
      folder: '/data',
      keys: '/keys',
      signIn: '/sign-in',
      port: 8080,
      healthPort: 9090,
      namespace: 'suite',
      logLevel: 'info',
    });
  });

  it('may name the address of the home and a cluster', () => {
    const env = { HEARTH_EVENTS_ADDRESS: 'https://hearth.test:8443/', KUBECONFIG: '/root/kubeconfig' };
    expect(readConfig(env)).toMatchObject({
      address: 'https://hearth.test:8443',
      kubeconfig: '/root/kubeconfig',
    });
  });

  it('may name where it is told who asks for what', () => {
    const env = { HEARTH_EVENTS_ADMISSION: '/admission' };
    expect(readConfig(env).admission).toEqual({ folder: '/admission', port: 8443 });
    expect(readConfig({ ...env, HEARTH_EVENTS_ADMISSION_PORT: '9443' }).admission?.port).toBe(9443);
  });

  it('may name a folder for archives, and how much stays in the log', () => {
    const env = { HEARTH_EVENTS_ARCHIVE: '/archive' };
    expect(readConfig(env).archive).toEqual({ folder: '/archive', keep: 100 });
    expect(readConfig({ ...env, HEARTH_EVENTS_ARCHIVE_KEEP: '7' }).archive?.keep).toBe(7);
    expect(() => readConfig({ ...env, HEARTH_EVENTS_ARCHIVE_KEEP: '0' })).toThrow('ARCHIVE_KEEP');
  });

  it('may name a SPARQL server', () => {
    const env = {
      HEARTH_EVENTS_SPARQL_QUERY: 'http://fuseki:3030/home/query',
      HEARTH_EVENTS_SPARQL_UPDATE: 'http://fuseki:3030/home/update',
    };
    const [query, update] = Object.values(env);
    expect(readConfig(env).sparql).toEqual({ query, update });
    expect(readConfig({ ...env, HEARTH_EVENTS_SPARQL_AUTHORIZATION: 'Basic eA==' }).sparql).toEqual({
      query,
      update,
      headers: { authorization: 'Basic eA==' },
    });
  });

  it.each([
    ['HEARTH_EVENTS_SPARQL_QUERY', 'http://fuseki', 'HEARTH_EVENTS_SPARQL_UPDATE must come together'],
    ['HEARTH_EVENTS_SPARQL_UPDATE', 'fuseki:3030', 'must be an http or https URL'],
    ['HEARTH_EVENTS_ADDRESS', 'http://hearth.test', 'HEARTH_EVENTS_ADDRESS must be the https URL'],
    ['HEARTH_EVENTS_ADDRESS', 'https://hearth.test/events', 'HEARTH_EVENTS_ADDRESS must have no path'],
    ['HEARTH_EVENTS_PORT', '70000', 'HEARTH_EVENTS_PORT'],
  ])('is refused with %s=%s', (name, value, said) => {
    expect(() => readConfig({ [name]: value })).toThrow(said);
  });
});
