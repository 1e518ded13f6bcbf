import { Secret } from '@hearth/runtime';
import { expect } from 'vitest';
import { decodeSecret } from '../../operators/app/binding.ts';
import { identityStandIn, type StandIn } from '../../operators/app/sso/testing/stand-in.ts';
import type { TestHome } from './home.ts';
import { eventually } from './looking.ts';
import { app, definition } from './objects.ts';

const route = { name: 'route', kind: 'Route', required: true, port: 'http' };
const shop = { kind: 'Connection', name: 'shop', role: 'shop', port: 'http' };
const peer = { name: 'peer', kind: 'Connection', role: 'shop', env: { SHOP: '${peer.url}' } };
const byOidc = {
  name: 'sso',
  kind: 'SSOClient',
  strategy: 'oidc',
  redirects: ['/callback'],
  env: { CLIENT_ID: '${sso.clientId}', CLIENT_SECRET: '${sso.clientSecret}', ISSUER: '${sso.issuer}' },
};

/** An app with accounts of its own, which it joins to those of whoever signs in; it can use another, and be used. */
export const wiki = definition('wiki', {
  integrations: [route, peer, { ...byOidc, linking: 'username' }],
  provides: [shop],
});

/** An app whose accounts can't be joined. */
export const notes = definition('notes', { integrations: [route, byOidc] });

/** An app that believes the gateway. */
export const box = definition('box', {
  integrations: [
    route,
    {
      name: 'sso',
      kind: 'SSOClient',
      strategy: 'forward-auth',
      open: ['/api/'],
      linking: 'username',
      env: { TRUST: '${sso.userHeader}' },
    },
  ],
});

/** An app that nobody signs in to. */
export const plain = definition('plain', { integrations: [route] });

/** Another identity provider than Hearth's, that is managed as Hearth's is. */
export const club = definition('club', {
  workloads: [
    {
      name: 'app',
      ports: [
        { name: 'http', port: 8080, protocol: 'HTTP' },
        { name: 'admin', port: 9091 },
      ],
    },
  ],
  integrations: [route],
  secrets: [{ name: 'admin' }],
  provides: [
    {
      kind: 'SSOClient',
      api: 'hearth',
      strategies: ['oidc', 'forward-auth'],
      port: 'admin',
      admin: { username: 'hearth', secret: 'admin' },
    },
  ],
});

/** Installs an identity provider for everybody, with a stand-in behind its Service. */
export async function installProvider(
  { client, kubelet, services }: Pick<TestHome, 'client' | 'kubelet' | 'services'>,
  name: string,
): Promise<StandIn> {
  const [namespace, key] = ['hearth-providers', `hearth-providers/${name}`];
  kubelet.hold(key);
  await client.apply(app(name, name, { share: { namespaces: ['*'] } }, namespace));
  const token = await eventually(async () => {
    const made = decodeSecret(await client.get(Secret, { namespace, name: `${name}-secrets` }));
    expect(made).toHaveProperty('admin');
    return made?.admin ?? '';
  });
  const standIn = await identityStandIn(token);
  services.set(key, standIn.address);
  kubelet.release(key);
  return standIn;
}
