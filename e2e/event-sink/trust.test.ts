import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createAuthority, issue } from '../../bootstrap/local/native/pki/certificates.ts';
import { fetchTrusting } from '../../operators/event-sink/http/sign-in/trust.ts';

test('the provider is believed to be who the home’s authority says, and nobody else is', async () => {
  const now = new Date();
  const [home, other] = await Promise.all([createAuthority('Home', now), createAuthority('Other', now)]);
  const usages = ['server'] as const;
  const pair = await issue(home, { commonName: 'identity', hosts: ['localhost'], usages }, now);
  const server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
    response.end(`${request.method} ${request.headers['content-type']}`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, 'localhost', resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
  const body = new URLSearchParams({ grant_type: 'authorization_code' });

  const answer = await fetchTrusting(home.certificate)(url, { method: 'POST', body });
  expect(await answer.text()).toBe('POST application/x-www-form-urlencoded;charset=UTF-8');
  await expect(fetchTrusting(other.certificate)(url)).rejects.toThrow();
  await expect(fetch(url)).rejects.toThrow();
});
