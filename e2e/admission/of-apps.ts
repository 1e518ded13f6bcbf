import type { AdmissionCase } from './case.ts';

const partName =
  'must be lower-case letters, digits and hyphens, starting with a letter and not ending in a hyphen';
const dnsName =
  'must be a DNS name: lower-case letters, digits, hyphens and dots, such as rss or photos.example.org';
const appName =
  'an App’s name is at most 36 lower-case letters, digits and hyphens, starting with a letter and not ending in a ' +
  'hyphen: its Services and its parts are named after it';
const reserved = 'the hosts identity and auth belong to the identity provider; set spec.host to another';

/** Bad Apps. */
export const ofApps: readonly AdmissionCase[] = [
  {
    wrong: 'no definition',
    kind: 'App',
    change: { spec: { definition: null } },
    field: 'spec.definition',
    says: 'Required value',
  },
  {
    wrong: 'a definition that is a number',
    kind: 'App',
    change: { spec: { definition: 7 } },
    field: 'spec.definition',
    says: 'spec.definition in body must be of type string: "integer"',
  },
  {
    wrong: 'a misspelt field',
    kind: 'App',
    change: { spec: { hots: 'rss' } },
    field: 'spec.hots',
    says: 'unknown field "spec.hots"',
  },
  {
    wrong: 'a name of more than 36 characters',
    kind: 'App',
    change: { metadata: { name: 'a'.repeat(37) } },
    field: 'metadata.name',
    says: appName,
  },
  {
    wrong: 'a name that begins with a digit',
    kind: 'App',
    change: { metadata: { name: '2048' } },
    field: 'metadata.name',
    says: appName,
  },
  {
    wrong: 'a name with a dot',
    kind: 'App',
    change: { metadata: { name: 'my.app' } },
    field: 'metadata.name',
    says: appName,
  },
  {
    wrong: 'a name in upper case',
    kind: 'App',
    change: { metadata: { name: 'RSS' } },
    field: 'metadata.name',
    says: 'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters',
  },
  {
    wrong: 'another definition than before',
    kind: 'App',
    update: true,
    change: { spec: { definition: 'freshrss' } },
    field: 'spec.definition',
    says: 'definition can’t change: install the other app beside this one, then remove this one',
  },
  {
    wrong: 'an installed app that becomes external',
    kind: 'App',
    update: true,
    change: { spec: { external: { host: 'nas.lan' } } },
    field: 'spec',
    says: 'an App can’t become external, or stop being so: make another App and move the data',
  },
  {
    wrong: 'an external app with volumes',
    kind: 'App',
    change: { spec: { external: { host: 'nas.lan' }, volumes: [{ name: 'data', size: '1Gi' }] } },
    field: 'spec',
    says: 'an external App has no volumes: its data is where it runs',
  },
  {
    wrong: 'a host that is a URL',
    kind: 'App',
    change: { spec: { host: 'https://rss.example.org' } },
    field: 'spec.host',
    says: dnsName,
  },
  {
    wrong: 'a host with an underscore and capitals',
    kind: 'App',
    change: { spec: { host: 'My_Feeds' } },
    field: 'spec.host',
    says: dnsName,
  },
  {
    wrong: 'a host that is an address',
    kind: 'App',
    change: { spec: { host: '192.168.1.20' } },
    field: 'spec.host',
    says: 'must be a name relative to the home’s domain, such as rss, and not an address',
  },
  {
    wrong: 'the identity provider’s host',
    kind: 'App',
    change: { spec: { host: 'identity' } },
    field: 'spec.host',
    says: reserved,
  },
  {
    wrong: 'the identity provider’s host, by the App’s name',
    kind: 'App',
    change: { metadata: { name: 'auth' } },
    field: 'spec.host',
    says: reserved,
  },
  {
    wrong: 'an exposure that there isn’t',
    kind: 'App',
    change: { spec: { exposure: 'internet' } },
    field: 'spec.exposure',
    says: 'Unsupported value: "internet": supported values: "lan", "private", "public"',
  },
  {
    wrong: 'a setting that is a list',
    kind: 'App',
    change: { spec: { settings: { pollingFrequency: [30] } } },
    field: 'spec.settings.pollingFrequency',
    says: 'Too many: 1: must have at most 0 items',
  },
  {
    wrong: 'a setting that is an object',
    kind: 'App',
    change: { spec: { settings: { pollingFrequency: { minutes: 30 } } } },
    field: 'spec.settings.pollingFrequency',
    says: 'Too many: 1: must have at most 0 items',
  },
  {
    wrong: 'a volume with a size and a claim',
    kind: 'App',
    change: { spec: { volumes: [{ name: 'data', size: '1Gi', existingClaim: 'photos' }] } },
    field: 'spec.volumes[0]',
    says: 'a volume takes either a size or an existingClaim',
  },
  {
    wrong: 'a size in words',
    kind: 'App',
    change: { spec: { volumes: [{ name: 'data', size: '20 gigabytes' }] } },
    field: 'spec.volumes[0].size',
    says: 'must be a quantity as Kubernetes writes them, such as 500m or 20Gi',
  },
  {
    wrong: 'one volume twice',
    kind: 'App',
    change: {
      spec: {
        volumes: [
          { name: 'data', size: '1Gi' },
          { name: 'data', size: '2Gi' },
        ],
      },
    },
    field: 'spec.volumes[1]',
    says: 'Duplicate value: {"name":"data"}',
  },
  {
    wrong: 'a slot that is Off and has a provider',
    kind: 'App',
    change: {
      spec: {
        integrations: [
          { name: 'sso', mode: 'Off', providerRef: { namespace: 'hearth-providers', name: 'identity' } },
        ],
      },
    },
    field: 'spec.integrations[0]',
    says: 'an integration that is Off has no providerRef; remove one of the two',
  },
  {
    wrong: 'a slot by a name that none has',
    kind: 'App',
    change: { spec: { integrations: [{ name: '-db' }] } },
    field: 'spec.integrations[0].name',
    says: partName,
  },
  {
    wrong: 'a provider without its namespace',
    kind: 'App',
    change: { spec: { integrations: [{ name: 'db', providerRef: { name: 'postgres' } }] } },
    field: 'spec.integrations[0].providerRef.namespace',
    says: 'Required value',
  },
  {
    wrong: 'a schedule that is not one',
    kind: 'App',
    change: { spec: { upgrade: { policy: 'Auto', schedule: 'Sundays at four' } } },
    field: 'spec.upgrade.schedule',
    says: 'must be five fields as cron writes them, such as 0 4 * * 0 for Sundays at four',
  },
  {
    wrong: 'an approved plan that can’t be one’s name',
    kind: 'App',
    change: { spec: { approval: 'Manual', approvedPlan: 'yes, do it' } },
    field: 'spec.approvedPlan',
    says: 'must be the hash of a Plan, or its name',
  },
  {
    wrong: 'a share with namespaces by pattern',
    kind: 'App',
    change: { spec: { share: { namespaces: ['team-*'] } } },
    field: 'spec.share.namespaces[0]',
    says: 'must be "*", or must be lower-case letters, digits and hyphens, with a letter or digit at each end',
  },
];
