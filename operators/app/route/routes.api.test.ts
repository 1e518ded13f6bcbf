import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installTraefikDefinitions } from '../../../e2e/harness/foreign-definitions.ts';
import { authorityKey, dnsNamesOf, isLimitedTo, isSignedBy, readPair } from '../certificate/pair.ts';
import { type Bench, domain, eventually, home, openBench, route, withCondition } from './testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench?.stop());

describe('a home with an authority of its own', () => {
  test('waits for the Home, then for the gateway’s kinds, and goes on by itself when they come', async () => {
    await bench.apply(route('rss'));
    await bench.becomes('route', 'rss', withCondition('Ready', { status: 'False', reason: 'HomeMissing' }));
    await bench.apply(home());
    await bench.becomes(
      'route',
      'rss',
      withCondition('Ready', { status: 'False', reason: 'GatewayKindsMissing' }),
    );
    await installTraefikDefinitions(bench.kubectl);
    await bench.becomes('route', 'rss', withCondition('Ready', { status: 'True' }));
  });

  test('publishes the authority, and the Route’s certificate is of it', async () => {
    const { metadata, status } = await bench.get('home', 'home');
    expect(status).toMatchObject({ id: metadata.uid, ...withCondition('Ready', { status: 'True' }) });
    const authority = readPair(await bench.get('secret', authorityKey.name, authorityKey.namespace));
    expect(status?.certificateAuthority).toBe(authority?.certificate.toString());
    const leaf = readPair(await bench.get('secret', 'rss-tls'));
    expect(leaf && dnsNamesOf(leaf.certificate)).toEqual([`rss.${domain}`]);
    expect(leaf && authority && isSignedBy(leaf.certificate, authority.certificate)).toBe(true);
  });

  test('has Traefik’s own kinds take what the Route makes, without losing a field', async () => {
    expect((await bench.get('ingressroute', 'rss')).spec).toEqual({
      entryPoints: ['websecure'],
      routes: [
        {
          kind: 'Rule',
          match: `Host(\`rss.${domain}\`)`,
          middlewares: [{ name: 'rss-headers' }, { name: 'rss-home-network' }],
          services: [{ kind: 'Service', name: 'rss', port: 8080 }],
        },
      ],
      tls: { secretName: 'rss-tls' },
    });
    const { uid } = (await bench.get('route', 'rss')).metadata;
    expect((await bench.get('middleware', 'rss-headers')).spec).toEqual({
      headers: {
        customRequestHeaders: expect.objectContaining({ 'X-Forwarded-User': '', 'Remote-User': '' }),
        customResponseHeaders: { 'Hearth-Route': uid },
      },
    });
    expect((await bench.get('middleware', 'rss-home-network')).spec).toMatchObject({
      ipAllowList: { sourceRange: expect.arrayContaining(['192.168.0.0/16']) },
    });
    await bench.becomes('route', 'rss', {
      url: `https://rss.${domain}`,
      binding: { name: 'rss-binding' },
      ...withCondition('Reachable', { status: 'False', reason: 'NoAnswer' }),
    });
  });

  test('heals what others break', async () => {
    const before = await bench.get('secret', 'rss-tls');
    await bench.run('delete', 'secret', 'rss-tls', 'rss-binding', '-n', 'home');
    await bench.run(
      'patch',
      'ingressroute',
      'rss',
      '-n',
      'home',
      '--type=merge',
      '-p',
      '{"spec":{"entryPoints":["web"]}}',
    );
    await eventually(async () => {
      expect((await bench.get('secret', 'rss-tls')).data?.['tls.crt']).not.toBe(before.data?.['tls.crt']);
      expect((await bench.get('secret', 'rss-binding')).data).toMatchObject({ host: expect.any(String) });
      expect((await bench.get('ingressroute', 'rss')).spec).toMatchObject({ entryPoints: ['websecure'] });
    });
  });

  test('gives a host to the older Route, and to the next when that one goes', async () => {
    await bench.apply(route('first', 'home', 'tv'));
    await bench.becomes('route', 'first', withCondition('Ready', { status: 'True' }));
    // Ages are told in whole seconds.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await bench.apply(route('second', 'guest', 'tv'));
    await bench.becomes(
      'route',
      'second',
      withCondition('Stalled', {
        status: 'True',
        reason: 'HostTaken',
        message: expect.stringContaining('Route home/first'),
      }),
      'guest',
    );
    expect((await bench.kubectl(['get', 'ingressroute', '-n', 'guest', '-o', 'name'])).stdout).toBe('');
    await bench.run('delete', 'route', 'first', '-n', 'home');
    await bench.becomes(
      'route',
      'second',
      { url: `https://tv.${domain}`, ...withCondition('Ready', { status: 'True' }) },
      'guest',
    );
    expect((await bench.get('ingressroute', 'second', 'guest')).spec).toMatchObject({
      tls: { secretName: 'second-tls' },
    });
  });

  test('leaves a host to the Route that has it, when an older one is edited to ask for it', async () => {
    await bench.apply(route('old', 'guest', 'shed'));
    await bench.becomes('route', 'old', withCondition('Ready', { status: 'True' }), 'guest');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await bench.apply(route('photos'));
    await bench.becomes('route', 'photos', withCondition('Ready', { status: 'True' }));
    const { resourceVersion } = (await bench.get('secret', 'photos-tls')).metadata;
    await bench.apply(route('old', 'guest', 'photos'));
    await bench.becomes(
      'route',
      'old',
      withCondition('Stalled', { reason: 'HostTaken', message: expect.stringContaining('home/photos') }),
      'guest',
    );
    expect((await bench.kubectl(['get', 'secret', '-n', 'guest', '-o', 'name'])).stdout).not.toContain(
      'old-',
    );
    expect((await bench.get('secret', 'photos-tls')).metadata.resourceVersion).toBe(resourceVersion);
  });

  test('keeps the identity provider’s host from a Route that claims it', async () => {
    await bench.apply(route('login', 'guest', 'auth'));
    await bench.becomes('route', 'login', withCondition('Stalled', { reason: 'HostReserved' }), 'guest');
  });

  test('gives the domain itself to a Route of the suite, and to no other', async () => {
    await bench.apply(route('apex', 'guest', '@'));
    await bench.becomes('route', 'apex', withCondition('Stalled', { reason: 'HostReserved' }), 'guest');
    await bench.apply(route('apex', 'hearth-system', '@'));
    await bench.becomes('route', 'apex', { url: `https://${domain}` }, 'hearth-system');
  });

  test('replaces its authority when it moves to another domain, and says that phones must trust it', async () => {
    await bench.apply(home({ domain: 'other.home.arpa', httpsPort: 8443 }));
    await bench.becomes('home', 'home', withCondition('AuthorityReplaced', { reason: 'DomainChanged' }));
    await bench.becomes('route', 'rss', {
      url: 'https://rss.other.home.arpa:8443',
      ...withCondition('Ready', { status: 'True' }),
    });
    const authority = readPair(await bench.get('secret', authorityKey.name, authorityKey.namespace));
    expect(authority && isLimitedTo(authority.certificate, 'other.home.arpa')).toBe(true);
    await eventually(async () => {
      const leaf = readPair(await bench.get('secret', 'rss-tls'));
      expect(leaf && authority && isSignedBy(leaf.certificate, authority.certificate)).toBe(true);
    });
    const events = await bench.run('get', 'events.events.k8s.io', '-A', '-o', 'jsonpath={.items[*].reason}');
    expect(events).toContain('AuthorityReplaced');
  });
});
