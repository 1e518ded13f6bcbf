import { z } from 'zod';
import { commonStatus, text } from './fields.ts';
import { defineKind, type ResourceOf } from './kind.ts';

const userSpec = z.object({
  displayName: text(80).min(1).optional().meta({ description: 'What people call them. Empty: the name.' }),
  email: z.email().max(254).optional(),
  disabled: z.boolean().default(false).meta({
    description: 'They can’t sign in, and are signed out everywhere; what they have stays.',
  }),
});

const userStatus = z.object({
  ...commonStatus,
  passkeys: z.int().min(0).optional().meta({ description: 'How many devices they can sign in with.' }),
  lastSignIn: z.iso.datetime().optional().meta({ description: 'To the day: when they last signed in.' }),
});

/** A person of the home. Credentials are no part of it: they are the identity provider's. */
export const User = defineKind({
  group: 'iam.hearth.dev',
  kind: 'User',
  plural: 'users',
  shortNames: [],
  namespaced: false,
  description:
    'A person of the home, who signs in to every app under this name. Its passkeys are with the identity provider.',
  spec: userSpec,
  status: userStatus,
  columns: [
    { name: 'Name', type: 'string', path: '.spec.displayName', description: 'What people call them.' },
    { name: 'Disabled', type: 'boolean', path: '.spec.disabled', description: 'Whether they are kept out.' },
    {
      name: 'Passkeys',
      type: 'integer',
      path: '.status.passkeys',
      description: 'Devices they sign in with.',
    },
    {
      name: 'Ready',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].status',
      description: 'Whether identity knows them.',
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
      rule: "size(self.metadata.name) <= 32 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
      message:
        'a user’s name is at most 32 lower-case letters, digits and hyphens, starting with a letter and not ending ' +
        'in a hyphen: apps know people by it',
      fieldPath: '.metadata.name',
    },
  ],
});
export type User = ResourceOf<typeof User>;
