import { AppDefinition } from '@hearth/domain';

const PROGRAM =
  'require("http").createServer((_, answer) => answer.end(process.env.CLIENT_ID ? "everyone" : "local")).listen(8080)';

/**
 * An app that says whom it lets in: who is at home anywhere in it, or everyone of the home. It may use another of its
 * kind, and is used by others. It runs on an image that the home has already.
 */
export const lateApp = {
  apiVersion: AppDefinition.apiVersion,
  kind: AppDefinition.kind,
  metadata: { name: 'late' },
  spec: {
    title: 'Late',
    versions: [{ version: '1', images: { app: 'docker.io/actualbudget/actual-server:26.9.0' } }],
    workloads: [
      {
        name: 'app',
        command: ['node', '-e', PROGRAM],
        ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
        probes: { ready: { path: '/' } },
        security: { runAsUser: 1001, runAsGroup: 1001 },
      },
    ],
    integrations: [
      { name: 'route', kind: 'Route', required: true, port: 'http' },
      { name: 'peer', kind: 'Connection', role: 'peer', env: { PEER: '${peer.url}' } },
      {
        name: 'sso',
        kind: 'SSOClient',
        strategy: 'oidc',
        redirects: ['/callback'],
        linking: 'username',
        compatible: [{ definition: 'identity', default: true }],
        env: { CLIENT_ID: '${sso.clientId}' },
      },
    ],
    provides: [{ kind: 'Connection', name: 'peer', role: 'peer', port: 'http' }],
  },
};
