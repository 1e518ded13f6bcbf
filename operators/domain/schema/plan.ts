import { z } from 'zod';
import {
  commonStatus,
  dnsLabel,
  mapList,
  matching,
  partName,
  providerRef,
  sequence,
  text,
} from './fields.ts';
import type { Immutable } from './immutable.ts';
import { defineKind, type ResourceOf } from './kind.ts';

/** How many levels a Plan may have. */
export const mostLevels = 16;

/** How many steps each of its levels may have. */
export const mostSteps = 48;

const step = z.object({
  id: text(200).min(1).meta({ description: 'Names the step within the plan.' }),
  action: z.enum(['Install', 'Bind', 'Rewire', 'Run', 'Offer']).meta({
    description:
      'Install a provider; Bind a slot; Rewire an app that runs already; Run the workloads; Offer what a person may take.',
  }),
  app: providerRef().meta({ description: 'The App that the step is about.' }),
  definition: dnsLabel().optional(),
  version: text(64).optional(),
  slot: partName().optional(),
  kind: text(63).optional().meta({ description: 'The kind of integration.' }),
  provider: providerRef().optional(),
  dedicated: text(512)
    .optional()
    .meta({ description: 'Why an installed provider can’t serve, where one of its own is made.' }),
  reason: text(512).meta({ description: 'Why the step is there.' }),
  restarts: sequence(providerRef(), 32).optional().meta({ description: 'Apps that restart.' }),
  data: text(512).optional().meta({ description: 'What data it touches.' }),
  nodes: sequence(text(253), 64).optional().meta({ description: 'Machines that could run it.' }),
  requests: z
    .object({ cpu: text(32).optional(), memory: text(32).optional() })
    .optional()
    .meta({ description: 'What it asks of a machine.' }),
  fits: text(255).optional().meta({ description: 'Its requests against what is left.' }),
});
/** One step of a plan. */
export type PlanStep = Immutable<z.infer<typeof step>>;

const level = z.object({
  name: text(8).meta({ description: 'Its place: 0 is first.' }),
  steps: mapList(step, mostSteps, ['id']),
});

const planSpec = z
  .object({
    app: dnsLabel().meta({ description: 'The App of this namespace that the plan is for.' }),
    hash: matching(10, /^[a-z0-9]{10}$/, 'must be ten lower-case letters and digits').meta({
      description: 'Of the App’s spec, the definitions used and the bindings chosen.',
    }),
    levels: mapList(level, mostLevels).meta({
      description: 'Providers before consumers; a level’s steps are independent.',
    }),
  })
  .meta({
    rules: [{ rule: 'self == oldSelf', message: 'a Plan can’t change: another plan is another Plan' }],
  });

const planStatus = z.object({
  ...commonStatus,
  phase: z.enum(['AwaitingApproval', 'CarriedOut', 'InProgress', 'Superseded']).optional(),
});

export type PlanSpec = Immutable<z.infer<typeof planSpec>>;

/** What Hearth is going to do for an App, and why. */
export const Plan = defineKind({
  group: 'apps.hearth.dev',
  kind: 'Plan',
  plural: 'plans',
  shortNames: ['pl'],
  namespaced: true,
  description: 'What Hearth is going to do for an App, and why. Made by Hearth; immutable.',
  spec: planSpec,
  status: planStatus,
  columns: [
    { name: 'App', type: 'string', path: '.spec.app', description: 'The App.' },
    { name: 'Hash', type: 'string', path: '.spec.hash', description: 'What approvedPlan names.' },
    { name: 'Phase', type: 'string', path: '.status.phase', description: 'How far it is.' },
  ],
});
export type Plan = ResourceOf<typeof Plan>;
