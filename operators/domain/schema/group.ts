import { z } from 'zod';
import { commonStatus, dnsLabel, setList, text } from './fields.ts';
import { defineKind, type ResourceOf } from './kind.ts';

const groupSpec = z.object({
  title: text(80).min(1).optional().meta({ description: 'What people call it. Empty: the name.' }),
  members: setList(dnsLabel(), 256).optional().meta({ description: 'The names of its Users.' }),
});

const groupStatus = z.object({ ...commonStatus });

/** People who may enter the same apps. */
export const Group = defineKind({
  group: 'iam.hearth.dev',
  kind: 'Group',
  plural: 'groups',
  shortNames: [],
  namespaced: false,
  description: 'People of the home who may enter the same apps. Membership stands here and nowhere else.',
  spec: groupSpec,
  status: groupStatus,
  columns: [
    { name: 'Title', type: 'string', path: '.spec.title', description: 'What people call it.' },
    { name: 'Members', type: 'string', path: '.spec.members', description: 'Who is in it.' },
    {
      name: 'Ready',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].status',
      description: 'Whether identity knows it.',
    },
    {
      name: 'Status',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].message',
      description: 'What it waits for: members that are no Users.',
      priority: 1,
    },
  ],
  rules: [
    {
      rule: "size(self.metadata.name) <= 32 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
      message:
        'a group’s name is at most 32 lower-case letters, digits and hyphens, starting with a letter and not ending ' +
        'in a hyphen: apps know it by that name',
      fieldPath: '.metadata.name',
    },
  ],
});
export type Group = ResourceOf<typeof Group>;
