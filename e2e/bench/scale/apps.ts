import { App } from '@hearth/domain';
import { type Resource, resourcePath, type Transport } from '@hearth/runtime';
import { app, definition } from '../../app/objects.ts';

/** One App in so many has a route, once there is a gateway. */
const ROUTED = 6;

/**
 * An app of one workload, of which the suite makes five objects: a Deployment, a Service, a ServiceAccount, a
 * NetworkPolicy and the Secret with its environment. A Plan comes with every App.
 */
const plain = {
  workloads: [
    {
      name: 'app',
      ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
      probes: { ready: { path: '/' } },
      env: { GREETING: 'hello' },
      resources: { cpu: '20m', memory: '64Mi' },
    },
  ],
};

/** The definitions: a plain one, and one that wants to know its address, so that its pods start anew with a route. */
export const definitions: readonly Resource[] = [
  definition('plain', plain),
  definition('routed', {
    ...plain,
    integrations: [{ name: 'route', kind: 'Route', port: 'http', env: { BASE_URL: '${route.url}' } }],
  }),
];

/** The names of as many Apps. */
export const appNames = (count: number, prefix = 'app'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(5, '0')}`);

/** Whether an App of this name has a slot for a route. */
export const isRouted = (name: string): boolean => Number(name.split('-').at(-1)) % ROUTED === 0;

/** Creates an App. */
export async function createApp(transport: Transport, name: string): Promise<void> {
  const path = resourcePath(App, { namespace: 'home' });
  const body = app(name, isRouted(name) ? 'routed' : 'plain');
  await transport.request({ method: 'POST', path, body });
}
