import { setTimeout as sleep } from 'node:timers/promises';
import { Route } from '@hearth/domain';
import { Secret, type SecretObject, systemClock, type Transport } from '@hearth/runtime';
import { managedSelector } from '../../../operators/app/names.ts';
import { createInformer } from '../../../operators/runtime/watch/informer.ts';
import { type FakeGateway, type Led, startGatewayOver } from '../../app/gateway.ts';

/** How long a gateway takes at most until it leads a new route, in milliseconds. */
const UPTAKE = 2_000;

/** A gateway that watches, as a real one does: to look at all routes at each request would cost more than they do. */
export async function startWatchingGateway(
  transport: Transport,
  domain: string,
): Promise<Pick<FakeGateway, 'port'> & { close(): Promise<void> }> {
  const stopping = new AbortController();
  const options = { transport, clock: systemClock, managers: new Set<string>(), onError: () => undefined };
  const routes = createInformer({ kind: Route }, options);
  const secrets = createInformer({ kind: Secret, selector: managedSelector }, options);
  routes.cache.index('host', (route) => [`${(route as Route).spec.host}.${domain}`]);
  const running = [routes, secrets].map((informer) => informer.run(stopping.signal));
  await Promise.all([routes.synced, secrets.synced]);
  const find = (host: string): Led | undefined => {
    for (const { metadata } of routes.cache.list({ index: ['host', host] })) {
      const tls = secrets.cache.get(`${metadata.namespace}/${metadata.name}-tls`) as SecretObject | undefined;
      if (tls?.data) return { mark: metadata.uid ?? '', data: tls.data };
    }
    return undefined;
  };
  const gateway = await startGatewayOver(async (host) => {
    const end = performance.now() + UPTAKE;
    for (let led = find(host); performance.now() < end; led = find(host)) {
      if (led) return led;
      await sleep(20);
    }
    throw new Error(`there is no route to ${host}`);
  });
  return {
    port: gateway.port,
    async close() {
      gateway.close();
      stopping.abort();
      await Promise.all(running);
    },
  };
}
