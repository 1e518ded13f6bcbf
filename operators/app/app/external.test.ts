import { createServer } from 'node:net';
import { fakeContext } from '@hearth/runtime/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appOf } from '../testing/fixtures.ts';
import { keepExternal } from './external.ts';

const server = createServer((socket) => socket.destroy());
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => server.close());

const external = (host: string, at: number, namespace = 'home') => {
  const app = appOf('nas', { external: { host, ports: [{ name: 'sql', port: at }] } });
  return { app: { ...app, metadata: { ...app.metadata, namespace } } };
};
const reach = async () => ({ host: '127.0.0.1', port });

describe('an address inside of the cluster', () => {
  it.each([
    'kubernetes.default.svc',
    'nas.other.svc.cluster.local',
    'nas-0.nas.home.svc.cluster.local',
    '10-0-0-1.home.pod.cluster.local',
    '127.0.0.1',
    '127.9.9.9',
    '169.254.169.254',
    '0.0.0.0',
    'localhost',
    'me.localhost',
  ])('%s is refused where anybody may write, before it is dialled', async (host) => {
    await expect(keepExternal(external(host, port), fakeContext({ reach }))).rejects.toMatchObject({
      name: 'Stalled',
      reason: 'AddressRefused',
      message: expect.stringContaining('one in hearth-providers, where only admins write, may name any'),
    });
  });

  it.each([
    ['127.0.0.1', 'hearth-providers'],
    ['localhost', 'hearth-providers'],
    ['nas.other.svc', 'hearth-providers'],
    ['nas.home.svc', 'home'],
  ])('%s is dialled for an App in %s, and again after a while', async (host, namespace) => {
    const running = await keepExternal(external(host, port, namespace), fakeContext({ reach }));
    expect(running.after).toBe(60_000);
  });
});

it.each([
  ['127.0.0.1', /^127.0.0.1:1 doesn’t answer: connect ECONNREFUSED 127.0.0.1:1$/],
  // Where a name has two addresses, two connections fail.
  ['localhost', /^localhost:1 doesn’t answer: connect ECONNREFUSED 127.0.0.1:1|; /],
])('says why %s doesn’t answer', async (host, message) => {
  await expect(keepExternal(external(host, 1, 'hearth-providers'), fakeContext())).rejects.toMatchObject({
    name: 'Waiting',
    reason: 'Unreachable',
    message: expect.stringMatching(message),
  });
});
