import type { Resource } from '@hearth/runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  installCertManagerDefinitions,
  installTraefikDefinitions,
} from '../../../../e2e/harness/foreign-definitions.ts';
import { Certificate, ClusterIssuer } from '../../certificate/kinds.ts';
import { authorityKey, isSignedBy, readPair, tlsSecret } from '../../certificate/pair.ts';
import { makeAuthority, signLeaf } from '../../certificate/sign.ts';
import { type Bench, domain, eventually, home, openBench, route, withCondition } from '../testing/bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
  await installTraefikDefinitions(bench.kubectl);
});
afterAll(() => bench?.stop());

// cert-manager itself does not run here: that its API takes what is asked of it, and that its answer is used, is all
// that these tests show.
describe('a home with cert-manager', () => {
  const issuer = { certificateIssuer: { type: 'CertManager', name: 'letsencrypt' } };

  test('waits for cert-manager, then for the issuer, and goes on by itself when they come', async () => {
    await bench.apply(home(issuer), route('rss'));
    await bench.becomes(
      'home',
      'home',
      withCondition('Ready', { status: 'False', reason: 'CertManagerMissing' }),
    );
    await bench.becomes(
      'route',
      'rss',
      withCondition('Ready', { status: 'False', reason: 'CertManagerMissing' }),
    );
    await installCertManagerDefinitions(bench.kubectl);
    await bench.becomes('home', 'home', withCondition('Ready', { status: 'False', reason: 'IssuerMissing' }));
    const spec = { selfSigned: {} };
    await bench.apply({
      apiVersion: ClusterIssuer.apiVersion,
      kind: ClusterIssuer.kind,
      metadata: { name: 'letsencrypt' },
      spec,
    });
    await bench.becomes('home', 'home', withCondition('Ready', { status: 'True' }));
    expect((await bench.get('home', 'home')).status).not.toHaveProperty('certificateAuthority');
  });

  test('has its API take what the Route asks for, without losing a field', async () => {
    await bench.becomes(
      'route',
      'rss',
      withCondition('Ready', { status: 'False', reason: 'CertificatePending' }),
    );
    expect((await bench.get('certificate', 'rss-tls')).spec).toEqual({
      secretName: 'rss-tls',
      dnsNames: [`rss.${domain}`],
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt' },
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth'],
      secretTemplate: { labels: { 'app.kubernetes.io/managed-by': 'hearth' } },
    });
  });

  test('uses the certificate when it comes', async () => {
    const { metadata } = await bench.get('certificate', 'rss-tls');
    await bench.apply(await issuedElsewhere());
    const done = {
      type: 'Ready',
      status: 'True',
      reason: 'Ready',
      message: 'Certificate is up to date',
      observedGeneration: metadata.generation,
      lastTransitionTime: new Date().toISOString(),
    };
    const patch = JSON.stringify({ status: { conditions: [done] } });
    await bench.run(
      'patch',
      Certificate.plural,
      'rss-tls',
      '-n',
      'home',
      '--subresource=status',
      '--type=merge',
      '-p',
      patch,
    );
    await bench.becomes('route', 'rss', {
      url: `https://rss.${domain}`,
      ...withCondition('Ready', { status: 'True' }),
    });
    expect((await bench.get('ingressroute', 'rss')).spec).toMatchObject({
      routes: [{ match: `Host(\`rss.${domain}\`)` }],
      tls: { secretName: 'rss-tls' },
    });
  });

  /** The Secret as cert-manager writes it, with the labels that it was asked for. */
  async function issuedElsewhere(): Promise<Resource> {
    const root = readPair(tlsSecret(authorityKey, await makeAuthority('home.arpa', new Date())));
    if (root === undefined) throw new Error('the authority cannot be read');
    return tlsSecret(
      { namespace: 'home', name: 'rss-tls' },
      await signLeaf(root, `rss.${domain}`, new Date()),
    );
  }

  test('goes back to its own authority, and takes the order to cert-manager back', async () => {
    await bench.apply(home());
    await bench.becomes('route', 'rss', withCondition('Ready', { status: 'True' }));
    await eventually(async () => {
      const authority = readPair(await bench.get('secret', authorityKey.name, authorityKey.namespace));
      const leaf = readPair(await bench.get('secret', 'rss-tls'));
      expect(leaf && authority && isSignedBy(leaf.certificate, authority.certificate)).toBe(true);
    });
    expect((await bench.kubectl(['get', 'certificate', '-n', 'home', '-o', 'name'])).stdout).toBe('');
  });
});
