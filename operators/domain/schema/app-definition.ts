import { z } from 'zod';
import { configure } from './configure.ts';
import { definitionRules } from './definition-rules.ts';
import {
  boundedRecord,
  commonStatus,
  image,
  mapList,
  matching,
  partName,
  scalar,
  setList,
  settingName,
  text,
} from './fields.ts';
import type { Immutable } from './immutable.ts';
import { integrationSlot, provides } from './integration.ts';
import { defineKind, type ResourceOf } from './kind.ts';
import { workload } from './workload.ts';

const versionName = () =>
  matching(
    64,
    /^[A-Za-z0-9][A-Za-z0-9._+-]*$/,
    'must be a version, such as 2.2.14: letters, digits, dots, hyphens, plus signs and underscores',
  );

const version = z.object({
  version: versionName(),
  images: boundedRecord(partName(), image(), 10).meta({ description: 'Image by workload.' }),
});

const secret = z.object({
  name: partName(),
  generate: z
    .object({
      length: z.int().min(8).max(128).default(32),
      alphabet: z.enum(['alphanumeric', 'hex', 'base64']).default('alphanumeric'),
    })
    .default({ length: 32, alphabet: 'alphanumeric' }),
  class: z.enum(['rotatable', 'immutable']).default('rotatable').meta({
    description: 'immutable: data is encrypted with it, so it is never made anew.',
  }),
});

/** One setting of an app: enough of JSON Schema to make a form of. */
const setting = z
  .object({
    type: z.enum(['string', 'integer', 'number', 'boolean']),
    title: text(80).optional(),
    description: text(400).optional(),
    default: scalar().optional(),
    enum: setList(text(255), 64).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    maxLength: z.int().min(0).max(1024).optional(),
    pattern: text(255).optional(),
  })
  .meta({
    rules: [
      {
        rule: '!has(self.minimum) || !has(self.maximum) || self.minimum <= self.maximum',
        message: 'the minimum of a setting is at most its maximum',
      },
      {
        rule: "!has(self.enum) || self.type == 'string'",
        message: 'only a setting of type string has an enum',
      },
    ],
  });
/** A setting that an AppDefinition declares. */
export type Setting = Immutable<z.infer<typeof setting>>;

const appDefinitionSpec = z
  .object({
    title: text(80).min(1),
    category: text(40).min(1).default('other'),
    description: text(400).default(''),
    homepage: z.url().max(512).optional(),
    icon: matching(
      65536,
      /^data:image\/(svg\+xml|png|webp);base64,[A-Za-z0-9+/=]*$/,
      'must be a picture as a data URI: data:image/svg+xml;base64, (or png, webp) and its content',
    )
      .optional()
      .meta({ description: 'A data URI.' }),
    versions: mapList(version, 50, ['version'])
      .min(1)
      .meta({ description: 'Newest first.', sentence: 'an app has at least one version, with its images' }),
    workloads: mapList(workload, 8).optional().meta({
      description: 'Sets of pods, started in this order. None: the app can only be external.',
    }),
    integrations: mapList(integrationSlot, 16)
      .optional()
      .meta({
        description:
          'Slots: what the app can be joined to. Database, Route, SSOClient and Connection are made; of the other kinds ' +
          'nothing is yet, so an optional slot stays empty and an app that requires one is refused.',
      }),
    secrets: mapList(secret, 16).optional().meta({ description: 'Made once per app; `${secret.NAME}`.' }),
    settings: boundedRecord(settingName(), setting, 64)
      .optional()
      .meta({ description: 'What people may choose; `${settings.NAME}`.' }),
    configure: configure.optional(),
    provides: mapList(provides, 16, ['kind', 'name'])
      .optional()
      .meta({ description: 'What this app gives others.' }),
    architectures: setList(z.enum(['amd64', 'arm64', 'arm']), 3).default(['amd64', 'arm64']),
    stateful: z
      .boolean()
      .default(false)
      .meta({ description: 'It keeps data; an upgrade is to take a snapshot first. Not acted on yet.' }),
  })
  .meta({ rules: definitionRules });
export type AppDefinitionSpec = Immutable<z.infer<typeof appDefinitionSpec>>;

const appDefinitionStatus = z.object({ ...commonStatus });

/** A catalogue entry. */
export const AppDefinition = defineKind({
  group: 'apps.hearth.dev',
  kind: 'AppDefinition',
  plural: 'appdefinitions',
  shortNames: ['appdef'],
  namespaced: false,
  description: 'A catalogue entry: everything that Hearth knows about one app.',
  spec: appDefinitionSpec,
  status: appDefinitionStatus,
  columns: [
    { name: 'Title', type: 'string', path: '.spec.title', description: 'What people call it.' },
    { name: 'Newest', type: 'string', path: '.spec.versions[0].version', description: 'The newest version.' },
    {
      name: 'Category',
      type: 'string',
      path: '.spec.category',
      description: 'Where it stands in the catalogue.',
    },
    {
      name: 'Ready',
      type: 'string',
      path: '.status.conditions[?(@.type=="Ready")].status',
      description: 'Whether it can be installed.',
    },
  ],
});
export type AppDefinition = ResourceOf<typeof AppDefinition>;
