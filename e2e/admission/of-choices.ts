import { app, definition, namespace } from '../app/objects.ts';
import type { ConditionCase } from './condition-case.ts';

const choose = (name: string, inNamespace = 'hearth-providers') => ({
  integrations: [{ name: 'db', providerRef: { namespace: inNamespace, name } }],
});
const database = (more: object = {}) => ({ name: 'db', kind: 'Database', required: true, ...more });

/** A server that nobody can reach: whoever is wired to it waits. */
const server = (name: string, inNamespace: string, share: readonly string[] = []) =>
  app(
    name,
    'postgres',
    {
      external: {
        host: '127.0.0.1',
        ports: [{ name: 'postgres', port: 1 }],
        credentialsSecret: `${name}-admin`,
      },
      share: { namespaces: share },
    },
    inNamespace,
  );

/** An App whose slots can't be filled as they are, or as it says. */
export const ofChoices: readonly ConditionCase[] = [
  {
    wrong: 'a choice for a slot that there isn’t',
    bad: app('notes', 'miniflux', { integrations: [{ name: 'database', mode: 'Off' }] }),
    reason: 'InvalidSpec',
    says: 'spec.integrations[database]: `miniflux` has no slot `database`; there are `db`, `route` and `sso`.',
  },
  {
    wrong: 'Off for what the app can’t run without',
    bad: app('notes', 'miniflux', { integrations: [{ name: 'db', mode: 'Off' }] }),
    reason: 'InvalidSpec',
    says: 'The slot `db` can’t be Off, because the app can’t run without a Database; remove `mode: Off`.',
  },
  {
    wrong: 'a provider that there isn’t',
    bad: app('notes', 'miniflux', choose('mysql')),
    reason: 'ProviderNotInstalled',
    says: 'home/notes chooses hearth-providers/mysql for its slot `db`, and no such App is installed.',
  },
  {
    wrong: 'a provider that provides nothing',
    there: [definition('plain'), app('plain', 'plain')],
    bad: app('notes', 'miniflux', choose('plain', 'home')),
    reason: 'ProviderCannotServe',
    says: 'home/notes chooses home/plain for its slot `db`, but home/plain is `plain`, which the slot isn’t made for.',
  },
  {
    wrong: 'a provider of another kind, where any would do',
    there: [definition('chat', { integrations: [database()] })],
    bad: app('notes', 'chat', choose('traefik')),
    reason: 'ProviderCannotServe',
    says: 'but hearth-providers/traefik offers no Database.',
  },
  {
    wrong: 'a home-made provider in somebody else’s namespace',
    there: [namespace('guest'), server('postgres', 'guest', ['*'])],
    bad: app('notes', 'miniflux', choose('postgres', 'guest')),
    reason: 'ProviderCannotServe',
    says: 'but guest/postgres is in another namespace, and only Apps in hearth-providers may serve others.',
  },
  {
    wrong: 'a provider that is not shared with this namespace',
    there: [server('private', 'hearth-providers', ['guest'])],
    bad: app('notes', 'miniflux', choose('private')),
    reason: 'ProviderCannotServe',
    says: 'but hearth-providers/private isn’t shared with the namespace `home` (its share.namespaces says who may use it).',
  },
  {
    wrong: 'two providers, and none chosen',
    there: [server('second', 'hearth-providers', ['*'])],
    bad: app('notes', 'miniflux'),
    reason: 'ChoiceNeeded',
    says:
      'hearth-providers/postgres and hearth-providers/second can all serve the slot `db` of home/notes, and none ' +
      'was chosen. Name one of them as the providerRef of `db` in the App’s integrations.',
  },
  {
    wrong: 'another provider than the one with the data',
    there: [server('second', 'hearth-providers', ['*'])],
    bad: app('notes', 'miniflux', choose('postgres')),
    change: { spec: choose('second') },
    reason: 'DataWouldMove',
    says: 'The data of home/notes’s slot `db` is in hearth-providers/postgres, and choosing hearth-providers/second would leave it behind.',
  },
  {
    wrong: 'an extension that no provider has',
    there: [
      definition('maps', {
        integrations: [
          database({
            needs: { engine: 'postgresql', extensions: ['postgis'] },
            compatible: [{ definition: 'postgres', default: true }],
          }),
        ],
      }),
    ],
    bad: app('notes', 'maps'),
    reason: 'NeedsUnmet',
    says: 'home/notes needs more of `postgres` in its slot `db` than it offers: it lacks the extension postgis.',
  },
  {
    wrong: 'a version that no provider has',
    there: [
      definition('future', {
        integrations: [
          database({
            needs: { engine: 'postgresql', version: '>=99' },
            compatible: [{ definition: 'postgres', default: true }],
          }),
        ],
      }),
    ],
    bad: app('notes', 'future'),
    reason: 'NeedsUnmet',
    says: 'it has version 15, and >=99 is needed.',
  },
  {
    wrong: 'a kind of integration that this version doesn’t make',
    there: [definition('photos', { integrations: [{ name: 'files', kind: 'Bucket', required: true }] })],
    bad: app('notes', 'photos'),
    reason: 'KindUnsupported',
    says: 'home/notes needs a Bucket, and this version of Hearth makes none.',
  },
  {
    wrong: 'a provider that Hearth doesn’t install, and nobody did',
    there: [
      definition('gatekeeper', { workloads: undefined, provides: [{ kind: 'Route', port: 'https' }] }),
      definition('portal', {
        integrations: [
          {
            name: 'route',
            kind: 'Route',
            required: true,
            port: 'http',
            compatible: [{ definition: 'gatekeeper', default: true }],
          },
        ],
      }),
    ],
    bad: app('notes', 'portal'),
    reason: 'ProviderIsExternal',
    says: 'home/notes needs a Route from gatekeeper, which Hearth wires but doesn’t install.',
  },
  {
    wrong: 'a provider that the catalogue doesn’t know',
    there: [
      definition('blog', {
        integrations: [database({ compatible: [{ definition: 'mariadb', default: true }] })],
      }),
    ],
    bad: app('notes', 'blog'),
    reason: 'ProviderDefinitionUnknown',
    says: 'home/notes needs a Database from `mariadb`, and the catalogue has no definition of that name.',
  },
  {
    wrong: 'two definitions that each need the other first',
    there: [
      definition('chicken', {
        provides: [{ kind: 'Database', engine: 'postgresql', port: 'http' }],
        integrations: [
          { name: 'route', kind: 'Route', required: true, port: 'http', compatible: [{ definition: 'egg' }] },
        ],
      }),
      definition('egg', {
        provides: [{ kind: 'Route', port: 'http' }],
        integrations: [database({ compatible: [{ definition: 'chicken' }] })],
      }),
    ],
    bad: app('notes', 'egg'),
    reason: 'RequirementCycle',
    says: 'None of these can start before the next, and so none can start at all:',
  },
];
