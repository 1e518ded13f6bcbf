import { expect, test } from 'vitest';
import { ApiError } from './cluster/errors.ts';
import type { ApiRequest } from './cluster/transport.ts';
import { Waiting } from './outcome.ts';
import { createReach } from './reach.ts';

const cluster = { server: 'https://x', namespace: 'home', inCluster: true, credentials: async () => ({}) };

/** A server with these answers by the end of the path. */
function serving(answers: Readonly<Record<string, object>>) {
  return {
    request: async <T>(request: ApiRequest) => {
      const answer = Object.entries(answers).find(([end]) => request.path.endsWith(end))?.[1];
      if (!answer) throw new ApiError(request, 404, { reason: 'NotFound' });
      return answer as T;
    },
  };
}

test('in the cluster a Service is reached by its name', async () => {
  const { reach } = createReach(cluster, serving({}));
  expect(await reach({ namespace: 'n', name: 'db' }, 5432)).toEqual({ host: 'db.n.svc', port: 5432 });
  expect(await reach({ name: 'db' }, 5432)).toEqual({ host: 'db.home.svc', port: 5432 });
});

const service = { spec: { ports: [{ name: 'pg', port: 5432 }] } };

test.each<[string, Record<string, object>, string]>([
  ['there is no such Service', {}, 'NoService'],
  ['the Service has no such port', { '/services/db': { spec: { ports: [{ port: 80 }] } } }, 'NoSuchPort'],
  [
    'no pod is ready',
    {
      '/services/db': service,
      '/endpointslices': {
        items: [
          {
            ports: [{ name: 'pg', port: 5432 }],
            endpoints: [{ conditions: { ready: false }, targetRef: { kind: 'Pod', name: 'p' } }],
          },
        ],
      },
    },
    'NoEndpoints',
  ],
])('outside of it, waits where %s', async (_, answers, reason) => {
  const { reach, close } = createReach({ ...cluster, inCluster: false }, serving(answers));
  const error = await reach({ namespace: 'n', name: 'db' }, 5432).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Waiting);
  expect(error).toMatchObject({ reason });
  await close();
});
