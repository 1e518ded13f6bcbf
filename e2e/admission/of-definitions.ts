import type { AdmissionCase } from './case.ts';

const http = { name: 'http', port: 8080, protocol: 'HTTP' };
const image = { app: 'ghcr.io/miniflux/miniflux:2.2.14' };

/** A definition with one workload that differs from the valid one. */
const workload = (change: object) => ({ spec: { workloads: [{ name: 'app', ports: [http], ...change }] } });

/** Bad AppDefinitions. */
export const ofDefinitions: readonly AdmissionCase[] = [
  {
    wrong: 'no version',
    kind: 'AppDefinition',
    change: { spec: { versions: [] } },
    field: 'spec.versions',
    says: 'an app has at least one version, with its images',
  },
  {
    wrong: 'an image with a space',
    kind: 'AppDefinition',
    change: { spec: { versions: [{ version: '2.2.14', images: { app: 'miniflux :latest' } }] } },
    field: 'spec.versions[0].images[app]',
    says: 'must be an image reference such as ghcr.io/miniflux/miniflux:2.2.14, without spaces',
  },
  {
    wrong: 'a version without an image for a workload',
    kind: 'AppDefinition',
    change: { spec: { versions: [{ version: '2.2.14', images: { server: image.app } }] } },
    field: 'spec.versions',
    says: 'a version has no image for one of the workloads; every version names an image for each',
  },
  {
    wrong: 'a negative port',
    kind: 'AppDefinition',
    change: workload({ ports: [{ ...http, port: -1 }] }),
    field: 'spec.workloads[0].ports[0].port',
    says: 'should be greater than or equal to 1',
  },
  {
    wrong: 'two ports of one number',
    kind: 'AppDefinition',
    change: workload({ ports: [http, { name: 'metrics', port: 8080 }] }),
    field: 'spec.workloads[0].ports',
    says: 'two ports have the same number; each port of a workload needs a number of its own',
  },
  {
    wrong: 'two ports of one name',
    kind: 'AppDefinition',
    change: workload({ ports: [http, { name: 'http', port: 8081 }] }),
    field: 'spec.workloads[0].ports[1]',
    says: 'Duplicate value: {"name":"http"}',
  },
  {
    wrong: 'two volumes on one path',
    kind: 'AppDefinition',
    change: workload({
      volumes: [
        { name: 'data', path: '/data' },
        { name: 'more', path: '/data' },
      ],
    }),
    field: 'spec.workloads[0].volumes',
    says: 'two volumes have the same path; each volume of a workload needs a path of its own',
  },
  {
    wrong: 'a path with .. in it',
    kind: 'AppDefinition',
    change: workload({ volumes: [{ name: 'data', path: '/data/../etc' }] }),
    field: 'spec.workloads[0].volumes[0].path',
    says: 'must be an absolute path such as /var/lib/app, without . or .. in it and without a slash at the end',
  },
  {
    wrong: 'a template that names a slot that there isn’t',
    kind: 'AppDefinition',
    change: workload({ env: { DATABASE_URL: '${databse.uri}' } }),
    field: 'spec.workloads',
    says: 'an env of spec.workloads names a slot that is not in spec.integrations, or a field that the slot’s kind doesn’t have',
  },
  {
    wrong: 'a template that names a field that the slot’s kind doesn’t have',
    kind: 'AppDefinition',
    change: workload({ env: { DATABASE_URL: 'postgres://${db.host}/${db.pasword}' } }),
    field: 'spec.workloads',
    says: 'an env of spec.workloads names a slot that is not in spec.integrations, or a field that the slot’s kind doesn’t have',
  },
  {
    wrong: 'a template that names an undeclared setting',
    kind: 'AppDefinition',
    change: workload({ env: { POLL: '${settings.pollingFrequency}' } }),
    field: 'spec.workloads',
    says: 'an env of spec.workloads names a setting that is not in spec.settings',
  },
  {
    wrong: 'a template that names an undeclared secret',
    kind: 'AppDefinition',
    change: {
      spec: {
        integrations: [{ name: 'route', kind: 'Route', port: 'http', env: { KEY: '${secret.key}' } }],
      },
    },
    field: 'spec.integrations',
    says: 'an env of spec.integrations names a secret that is not in spec.secrets',
  },
  {
    wrong: 'a template that names what an app doesn’t have',
    kind: 'AppDefinition',
    change: workload({ env: { PATH_PREFIX: '${app.path}' } }),
    field: 'spec.workloads',
    says: 'an env of spec.workloads names a name of the app that there isn’t; there are app.name, app.namespace, app.host, app.url and app.version',
  },
  {
    wrong: 'a template that is not closed',
    kind: 'AppDefinition',
    change: workload({ env: { DATABASE_URL: '${db.uri' } }),
    field: 'spec.workloads[0].env[DATABASE_URL]',
    says: 'a name to fill in is written ${slot.field}, ${settings.NAME}, ${secret.NAME}, ${app.host} or ${home.domain}',
  },
  {
    wrong: 'an environment variable with a hyphen',
    kind: 'AppDefinition',
    change: workload({ env: { 'DATABASE-URL': 'x' } }),
    field: 'spec.workloads[0].env',
    says: 'must be a name of an environment variable: letters, digits and underscores, not starting with a digit',
  },
  {
    wrong: 'a route to a port that there isn’t',
    kind: 'AppDefinition',
    change: { spec: { integrations: [{ name: 'route', kind: 'Route', port: 'https' }] } },
    field: 'spec.integrations',
    says: 'a Route slot names a port that its workload doesn’t have; name one of spec.workloads[].ports',
  },
  {
    wrong: 'a slot of a kind that there isn’t',
    kind: 'AppDefinition',
    change: { spec: { integrations: [{ name: 'db', kind: 'Databse' }] } },
    field: 'spec.integrations[0].kind',
    says:
      'Unsupported value: "Databse": supported values: "Database", "Cache", "SSOClient", "Route", "Bucket", "Queue", ' +
      '"Folder", "Mail", "Connection"',
  },
  {
    wrong: 'redirects in a slot that is not for sign-on',
    kind: 'AppDefinition',
    change: { spec: { integrations: [{ name: 'db', kind: 'Database', redirects: ['/callback'] }] } },
    field: 'spec.integrations[0]',
    says: 'redirects goes only with kind SSOClient',
  },
  {
    wrong: 'a sign-on slot without a strategy',
    kind: 'AppDefinition',
    change: { spec: { integrations: [{ name: 'sso', kind: 'SSOClient' }] } },
    field: 'spec.integrations[0]',
    says: 'kind SSOClient needs strategy',
  },
  {
    wrong: 'a slot called secret',
    kind: 'AppDefinition',
    change: { spec: { integrations: [{ name: 'secret', kind: 'Mail' }] } },
    field: 'spec.integrations[0].name',
    says: 'app, home, settings and secret mean something else in templates; give the slot another name',
  },
  {
    wrong: 'two defaults for one slot',
    kind: 'AppDefinition',
    change: {
      spec: {
        integrations: [
          {
            name: 'db',
            kind: 'Database',
            compatible: [
              { definition: 'postgres', default: true },
              { definition: 'cockroach', default: true },
            ],
          },
        ],
      },
    },
    field: 'spec.integrations[0].compatible',
    says: 'a slot has one default at most: where nothing is installed, which of them is to be?',
  },
  {
    wrong: 'an offer whose admin password is not declared',
    kind: 'AppDefinition',
    change: {
      spec: {
        provides: [
          { kind: 'Database', engine: 'postgresql', admin: { username: 'postgres', secret: 'admin' } },
        ],
      },
    },
    field: 'spec.provides',
    says: 'provides names an admin secret that is not in spec.secrets',
  },
  {
    wrong: 'a step that goes to a URL',
    kind: 'AppDefinition',
    change: {
      spec: { configure: { postStart: [{ name: 'call', type: 'http', path: 'https://example.org/' }] } },
    },
    field: 'spec.configure.postStart[0].path',
    says: 'must be a path that starts with / and has no spaces in it; never a URL',
  },
  {
    wrong: 'a file step without content',
    kind: 'AppDefinition',
    change: { spec: { configure: { preStart: [{ name: 'config', type: 'file', path: '/data/app.conf' }] } } },
    field: 'spec.configure.preStart[0]',
    says: 'type file needs content',
  },
];
