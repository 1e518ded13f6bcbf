import { z } from 'zod';
import { commonStatus, dnsName, providerRef, text } from './fields.ts';
import { connectionRole } from './integration.ts';
import { defineKind, type ResourceOf } from './kind.ts';

const connectionSpec = z.object({
  providerRef: providerRef(),
  role: connectionRole(),
  secretName: dnsName().optional().meta({ description: 'Where the binding goes. Empty: NAME-binding.' }),
});

const connectionStatus = z.object({
  ...commonStatus,
  binding: z
    .object({ name: text(253) })
    .optional()
    .meta({ description: 'The binding Secret (servicebinding.io).' }),
  bindingHash: text(64)
    .optional()
    .meta({ description: 'A keyed digest of the binding; it changes when the binding does.' }),
});

/** What one app is to another: an address, and the key with which it is let in. */
export const Connection = defineKind({
  group: 'apps.hearth.dev',
  kind: 'Connection',
  plural: 'connections',
  shortNames: ['conn'],
  namespaced: true,
  description: 'What one app is to another: where it answers, and the key with which it lets the other in.',
  spec: connectionSpec,
  status: connectionStatus,
  columns: [
    { name: 'Provider', type: 'string', path: '.spec.providerRef.name', description: 'Who answers.' },
    { name: 'Role', type: 'string', path: '.spec.role', description: 'As what.' },
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
});
export type Connection = ResourceOf<typeof Connection>;
