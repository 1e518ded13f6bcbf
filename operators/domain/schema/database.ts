import { z } from 'zod';
import {
  commonStatus,
  deletionPolicy,
  dnsLabel,
  dnsName,
  extensionName,
  matching,
  providerRef,
  setList,
  text,
} from './fields.ts';
import { defineKind, type ResourceOf } from './kind.ts';

/** A database's or role's name in PostgreSQL: 63 bytes at most, none that needs quoting. */
const databaseName = () =>
  matching(
    63,
    /^[a-z_][a-z0-9_]*$/,
    'must be lower-case letters, digits and underscores, not starting with a digit: no quotes, no SQL',
  );

const ownerStays = 'owner can’t change: the data is that of the app for which it was made';

const databaseSpec = z.object({
  engine: z.enum(['postgresql']).default('postgresql'),
  providerRef: providerRef().meta({
    rules: [
      {
        rule: 'self == oldSelf',
        message: 'providerRef can’t change: data moves to another provider only by a migration',
      },
    ],
  }),
  database: databaseName()
    .optional()
    .meta({
      description: 'The name in the provider. Empty: made from namespace and name.',
      rules: [
        { rule: 'self == oldSelf', message: 'database can’t change: the data stays under its name' },
        {
          rule: "!(self in ['postgres', 'template0', 'template1']) && !self.startsWith('pg_')",
          message: 'that name belongs to PostgreSQL itself; choose another',
        },
      ],
    }),
  extensions: setList(extensionName(), 32).optional(),
  secretName: dnsName().optional().meta({ description: 'Where the binding goes. Empty: NAME-binding.' }),
  owner: dnsLabel()
    .optional()
    .meta({
      description: 'The definition of the App it is for; a retained database goes back only to the same.',
      rules: [{ rule: 'self == oldSelf', message: ownerStays }],
    }),
  deletion: deletionPolicy(),
});

const databaseStatus = z.object({
  ...commonStatus,
  home: text(63).optional().meta({
    description:
      'The id of the home by which it is marked in the provider: it is given back though the Home is gone.',
  }),
  database: text(63).optional(),
  username: text(63).optional(),
  binding: z
    .object({ name: text(253) })
    .optional()
    .meta({ description: 'The binding Secret (servicebinding.io).' }),
  bindingHash: text(64)
    .optional()
    .meta({ description: 'A keyed digest of the binding; it changes when the binding does.' }),
});

/** A database of its own, in a provider that may be shared. */
export const Database = defineKind({
  group: 'apps.hearth.dev',
  kind: 'Database',
  plural: 'databases',
  shortNames: ['db'],
  namespaced: true,
  description: 'A database with a role of its own, in a provider that others may share.',
  spec: databaseSpec,
  status: databaseStatus,
  columns: [
    { name: 'Provider', type: 'string', path: '.spec.providerRef.name', description: 'Who holds it.' },
    { name: 'Database', type: 'string', path: '.status.database', description: 'Its name there.' },
    {
      name: 'Ready',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].status',
      description: 'Whether it works.',
    },
    {
      name: 'Status',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].message',
      description: 'What it waits for.',
      priority: 1,
    },
  ],
  rules: [
    {
      rule: 'has(self.spec.database) == has(oldSelf.spec.database)',
      message: 'database can’t change: the data stays under its name',
      fieldPath: '.spec.database',
    },
    {
      rule: 'has(self.spec.owner) == has(oldSelf.spec.owner)',
      message: ownerStays,
      fieldPath: '.spec.owner',
    },
  ],
});
export type Database = ResourceOf<typeof Database>;
