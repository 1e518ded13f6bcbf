import { z } from 'zod';
import {
  boundedRecord,
  containerPath,
  mapList,
  matching,
  partName,
  requestPath,
  sequence,
  setList,
  template,
  text,
} from './fields.ts';
import type { Immutable } from './immutable.ts';

const step = {
  name: partName(),
  workload: partName().optional().meta({ description: 'Empty: the first workload.' }),
};
const fileMode = matching(4, /^0?[0-7]{3}$/, 'must be permissions in octal, such as 0640')
  .optional()
  .meta({
    description:
      'Permissions in octal, `0640`. Empty: those that it has; 0640 for a new file, 0750 for a new folder.',
  });
const keys = boundedRecord(text(255), template(), 40);
const typedKeys = keys.meta({
  description:
    'By JSON Pointer, `/server/port`. `true`, `false`, `null` and numbers are written as such, unless the key holds a text already; all else, and what stands in double quotes (`"${secret.pin}"`), as text.',
});

/** What is made sure of in the app's volumes before each start. Running it again changes nothing. */
const preStartStep = z.discriminatedUnion('type', [
  z.object({ ...step, type: z.literal('directory'), path: containerPath(), mode: fileMode }),
  z.object({
    ...step,
    type: z.literal('file'),
    path: containerPath(),
    content: template(16384),
    mode: fileMode,
  }),
  z.object({
    ...step,
    type: z.literal('iniKeys'),
    path: containerPath(),
    section: text(255).default(''),
    keys: keys.meta({ description: 'Keys of the section.' }),
  }),
  z.object({
    ...step,
    type: z.literal('jsonKeys'),
    path: containerPath(),
    keys: typedKeys,
  }),
  z.object({
    ...step,
    type: z.literal('yamlKeys'),
    path: containerPath(),
    keys: typedKeys,
  }),
  z.object({
    ...step,
    type: z.literal('xmlKeys'),
    path: containerPath(),
    keys: keys.meta({ description: 'Texts of elements, by path from the root: `Config/ApiKey`.' }),
  }),
]);
/** A step before the container starts. */
export type PreStartStep = Immutable<z.infer<typeof preStartStep>>;

const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

const call = {
  path: requestPath(512).meta({ description: 'On the app’s own Service, never a URL.' }),
  port: partName().optional().meta({ description: 'Empty: the first HTTP port.' }),
  headers: boundedRecord(text(63), template(), 16).optional(),
};

/** What is said to the app once it is healthy. */
const postStartStep = z.discriminatedUnion('type', [
  z.object({
    ...step,
    ...call,
    type: z.literal('http'),
    method: method.default('POST'),
    body: template(16384).optional().meta({
      description:
        'What is filled in is escaped as the header `content-type` asks: inside the quotes of JSON, or as a form’s value.',
    }),
    unless: z
      .object({
        ...call,
        ok: setList(z.int().min(100).max(599), 16).default([200]),
        contains: text(255).optional(),
      })
      .optional()
      .meta({ description: 'A GET that, when it answers so, shows that there is nothing left to do.' }),
    expect: setList(z.int().min(100).max(599), 16).default([200, 201, 204]),
    capture: boundedRecord(partName(), text(255), 16)
      .optional()
      .meta({ description: 'Values of the answer to keep as `${secret.NAME}`, by JSON Pointer.' }),
  }),
  z.object({
    ...step,
    type: z.literal('command'),
    command: sequence(text(1024), 32).meta({
      description: 'Run in the app’s own image as the app’s own user; no shell reads it.',
    }),
  }),
]);
/** A step after the app is healthy. */
export type PostStartStep = Immutable<z.infer<typeof postStartStep>>;

/** What Hearth does to an app's files and settings so that nobody has to. */
export const configure = z.object({
  preStart: mapList(preStartStep, 32).optional(),
  postStart: mapList(postStartStep, 32).optional(),
});
