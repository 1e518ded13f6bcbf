import type { AdmissionCase } from './case.ts';

const databaseName =
  'must be lower-case letters, digits and underscores, not starting with a digit: no quotes, no SQL';

/** Bad Homes, Databases, Routes and Plans. */
export const ofOthers: readonly AdmissionCase[] = [
  {
    wrong: 'a second Home',
    kind: 'Home',
    change: { metadata: { name: 'summer-house' } },
    field: 'metadata.name',
    says: 'a cluster has one Home, and its name is home',
  },
  {
    wrong: 'a domain that is an address',
    kind: 'Home',
    change: { spec: { domain: '192.168.1.10' } },
    field: 'spec.domain',
    says: 'must be a domain, such as hearth.home.arpa, and not an address',
  },
  {
    wrong: 'a domain under localhost',
    kind: 'Home',
    change: { spec: { domain: 'hearth.localhost' } },
    field: 'spec.domain',
    says: 'names under localhost mean each pod itself; choose a domain such as hearth.home.arpa',
  },
  {
    wrong: 'cert-manager without an issuer',
    kind: 'Home',
    change: { spec: { certificateIssuer: { type: 'CertManager' } } },
    field: 'spec.certificateIssuer',
    says: 'type CertManager needs name',
  },
  {
    wrong: 'a channel whose address is not one',
    kind: 'Home',
    change: { spec: { notifications: [{ name: 'phone', type: 'ntfy', url: 'my phone' }] } },
    field: 'spec.notifications[0].url',
    says: 'must be a whole address, such as https://ntfy.example.org/home',
  },
  {
    wrong: 'mail to what is no address',
    kind: 'Home',
    change: { spec: { notifications: [{ name: 'us', type: 'mail', to: 'anna', relaySecret: 'relay' }] } },
    field: 'spec.notifications[0].to',
    says: 'must be an e-mail address, such as anna@example.org',
  },
  {
    wrong: 'another id than before',
    kind: 'Home',
    update: true,
    change: { spec: { id: 'other' } },
    field: 'spec.id',
    says: 'id can’t change: data outside the cluster is marked with it',
  },
  {
    wrong: 'a database name of SQL',
    kind: 'Database',
    change: { spec: { database: 'x"; DROP TABLE users; --' } },
    field: 'spec.database',
    says: databaseName,
  },
  {
    wrong: 'a database name that is PostgreSQL’s own',
    kind: 'Database',
    change: { spec: { database: 'template1' } },
    field: 'spec.database',
    says: 'that name belongs to PostgreSQL itself; choose another',
  },
  {
    wrong: 'an extension of SQL',
    kind: 'Database',
    change: { spec: { extensions: ['hstore; DROP DATABASE photos'] } },
    field: 'spec.extensions[0]',
    says: 'must be the name of an extension, such as hstore: lower-case letters, digits, hyphens and underscores',
  },
  {
    wrong: 'another provider than before',
    kind: 'Database',
    update: true,
    change: { spec: { providerRef: { name: 'postgres-new' } } },
    field: 'spec.providerRef',
    says: 'providerRef can’t change: data moves to another provider only by a migration',
  },
  {
    wrong: 'a database name for one that has one',
    kind: 'Database',
    update: true,
    change: { spec: { database: 'photos' } },
    field: 'spec.database',
    says: 'database can’t change: the data stays under its name',
  },
  {
    wrong: 'a route to port 0',
    kind: 'Route',
    change: { spec: { port: 0 } },
    field: 'spec.port',
    says: 'should be greater than or equal to 1',
  },
  {
    wrong: 'a route to an address',
    kind: 'Route',
    change: { spec: { host: '10.0.0.1' } },
    field: 'spec.host',
    says: 'must be a name relative to the home’s domain, such as rss, and not an address',
  },
  {
    wrong: 'a plan that is changed',
    kind: 'Plan',
    update: true,
    change: { spec: { app: 'photos' } },
    field: 'spec',
    says: 'a Plan can’t change: another plan is another Plan',
  },
  {
    wrong: 'a plan whose hash is none',
    kind: 'Plan',
    change: { spec: { hash: 'yes' } },
    field: 'spec.hash',
    says: 'should be at least 10 chars long',
  },
];
