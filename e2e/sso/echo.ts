import { AppDefinition } from '@hearth/domain';

/**
 * An app behind forward-auth that answers with the headers that reached it. It runs on an image that the home has
 * already; paths below /open/ are open.
 */
export const echo = {
  apiVersion: AppDefinition.apiVersion,
  kind: AppDefinition.kind,
  metadata: { name: 'echo' },
  spec: {
    title: 'Echo',
    versions: [{ version: '1', images: { app: 'docker.io/actualbudget/actual-server:26.9.0' } }],
    workloads: [
      {
        name: 'app',
        command: [
          'node',
          '-e',
          'require("http").createServer((asked, answer) => answer.end(JSON.stringify(asked.headers))).listen(8080)',
        ],
        ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
        probes: { ready: { path: '/' } },
        security: { runAsUser: 1001, runAsGroup: 1001 },
      },
    ],
    integrations: [
      { name: 'route', kind: 'Route', required: true, port: 'http' },
      {
        name: 'sso',
        kind: 'SSOClient',
        required: true,
        strategy: 'forward-auth',
        open: ['/open/'],
        compatible: [{ definition: 'identity', default: true }],
      },
    ],
  },
};
