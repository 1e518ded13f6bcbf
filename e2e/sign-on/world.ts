import { createAuthority, issue } from '../../bootstrap/local/native/pki/certificates.ts';
import { startHome, type TestHome } from '../../operators/identity/testing/home.ts';
import { freePort } from '../harness/free-port.ts';
import { startGateway } from '../harness/traefik.ts';
import { configurationOf } from './configuration.ts';
import { type EchoApp, startEchoApp } from './echo-app.ts';

/** Identity, an app behind forward-auth, and the real gateway before both. */
export interface World {
  readonly home: TestHome;
  readonly app: EchoApp;
  /** Where all hosts are, on the loopback interface. */
  readonly port: number;
  /** The authority that has signed the gateway's certificate, PEM. */
  readonly ca: string;
  /** The address of a host of the home, without a slash at the end. */
  origin(host: 'identity' | 'rss'): string;
  stop(): Promise<void>;
}

const DOMAIN = 'hearth.test';

/** Starts one. Paths of the app below `/api/` are open. */
export async function startWorld(): Promise<World> {
  const port = await freePort();
  const origin: World['origin'] = (host) => `https://${host}.${DOMAIN}:${port}`;
  const [home, app] = await Promise.all([startHome({ issuer: origin('identity') }), startEchoApp()]);
  const authority = await createAuthority('Hearth Test', new Date());
  const hosts = [`identity.${DOMAIN}`, `rss.${DOMAIN}`];
  const certificate = await issue(authority, { commonName: DOMAIN, hosts, usages: ['server'] }, new Date());
  const routes = [
    { name: 'identity', host: `identity.${DOMAIN}`, port: home.running.port },
    { name: 'rss', host: `rss.${DOMAIN}`, port: app.port, open: ['/api/'] },
  ];
  const gateway = await startGateway(port, certificate, await configurationOf(routes, home.running.port));
  await home.people({ name: 'mila' }, { name: 'guest', groups: [] });
  await home.client({
    id: 'home-rss',
    strategy: 'forward-auth',
    url: `${origin('rss')}/`,
    redirectUris: [],
    postLogoutRedirectUris: [],
    secrets: [],
    open: ['/api/'],
    groups: ['family'],
  });
  return {
    home,
    app,
    port,
    ca: authority.certificate,
    origin,
    async stop() {
      await gateway.stop();
      await app.stop();
      await home.stop();
    },
  };
}
