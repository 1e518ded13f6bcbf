import { App, Route } from '@hearth/domain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiClient } from './api-client.ts';
import { openTestHome, type TestHome } from './home.ts';
import { appBecomes, appIsReady, condition, eventually } from './looking.ts';
import { app, definition, gatewayApp } from './objects.ts';

let home: TestHome;
let client: ApiClient;

beforeAll(async () => {
  home = await openTestHome();
  client = home.client;
  const withRoute = (name: string, required: boolean) =>
    definition(name, { integrations: [{ name: 'route', kind: 'Route', required, port: 'http' }] });
  await client.apply(gatewayApp(home.gatewayPort), withRoute('news', true), withRoute('bot', false));
  await appIsReady(client, { namespace: 'hearth-providers', name: 'traefik' });
  home.gateway.shut();
});
afterAll(() => home?.close());

const inHome = (name: string) => ({ namespace: 'home', name });
const unreachable = 'The gateway can’t be reached (ECONNRESET).';

/** Waits until an App says, beside being Ready, that its address doesn't answer. */
const isReadyButUnreachable = (name: string) =>
  eventually(async () => {
    const status = (await client.get(App, inHome(name)))?.status;
    expect(status).toMatchObject(condition('Ready', { status: 'True' }));
    expect(status).toMatchObject(
      condition('Reachable', { status: 'False', message: `route: ${unreachable}` }),
    );
  });

test('an app is Ready once its address has answered, and stays so when that fails later', async () => {
  await client.apply(app('news', 'news'));
  await appBecomes(client, inHome('news'), {
    status: 'False',
    reason: 'AddressUnreachable',
    message: `Its address doesn’t answer yet: ${unreachable}`,
  });
  home.gateway.open();
  const opened = Date.now();
  await appIsReady(client, inHome('news'));
  expect(Date.now() - opened).toBeLessThan(10_000);
  home.gateway.shut();
  await client.patch(Route, inHome('news-route'), { metadata: { annotations: { look: 'again' } } });
  await isReadyButUnreachable('news');
});

test('an app that needs no address is Ready without one', async () => {
  await client.apply(app('bot', 'bot'));
  await isReadyButUnreachable('bot');
});
