import type { AppDefinition } from './schema/app-definition.ts';
import type { Slot } from './schema/integration.ts';
import { TemplateError, type TemplateName, templateNames } from './template.ts';

/** A template of a definition, and where it stands. */
export interface TemplateUse {
  /** `spec.workloads[app].env.BASE_URL`. */
  readonly path: string;
  readonly text: string;
  /** What it is part of. */
  readonly place: 'workload' | 'slot' | 'preStart' | 'postStart';
  /** The slot whose environment it is in. */
  readonly slot?: string;
}

/** Every template of a definition. */
export function templatesOf({ spec }: AppDefinition): readonly TemplateUse[] {
  return [
    ...(spec.workloads ?? []).flatMap(({ name, env }) =>
      fromRecord(env, `spec.workloads[${name}].env`, 'workload'),
    ),
    ...(spec.integrations ?? []).flatMap(({ name, env }) =>
      fromRecord(env, `spec.integrations[${name}].env`, 'slot').map((use) => ({ ...use, slot: name })),
    ),
    ...(spec.configure?.preStart ?? []).flatMap((step) => {
      const path = `spec.configure.preStart[${step.name}]`;
      if (step.type === 'file')
        return [{ path: `${path}.content`, text: step.content, place: 'preStart' as const }];
      return 'keys' in step ? fromRecord(step.keys, `${path}.keys`, 'preStart') : [];
    }),
    ...(spec.configure?.postStart ?? []).flatMap((step) => {
      const path = `spec.configure.postStart[${step.name}]`;
      if (step.type !== 'http') return [];
      return [
        ...fromCall(step, path),
        ...(step.unless === undefined ? [] : fromCall(step.unless, `${path}.unless`)),
      ];
    }),
  ];
}

/** What `${app.…}` has only while a Route is bound. */
const fromRoute: ReadonlySet<string> = new Set(['host', 'url']);

/**
 * Whether binding a slot changes what the app's containers are started with, so that they restart:
 * through the slot's own environment, or a template of the app that names the slot.
 */
export function reachesWorkloads(definition: AppDefinition, slot: Slot): boolean {
  const isOfSlot = ({ scope, field }: TemplateName) =>
    scope === slot.name || (slot.kind === 'Route' && scope === 'app' && fromRoute.has(field));
  return templatesOf(definition).some(
    (use) => use.place !== 'postStart' && (use.slot === slot.name || namesIn(use.text).some(isOfSlot)),
  );
}

/** The names that a template uses. One that can't be read names nothing; `checkDefinition` tells of it. */
export function namesIn(text: string): readonly TemplateName[] {
  try {
    return templateNames(text);
  } catch (error) {
    if (error instanceof TemplateError) return [];
    throw error;
  }
}

interface Call {
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

const fromCall = ({ headers, body }: Call, path: string): readonly TemplateUse[] => [
  ...fromRecord(headers, `${path}.headers`, 'postStart'),
  ...(body === undefined ? [] : [{ path: `${path}.body`, text: body, place: 'postStart' as const }]),
];

const fromRecord = (
  record: Readonly<Record<string, string>> | undefined,
  path: string,
  place: TemplateUse['place'],
): readonly TemplateUse[] =>
  Object.entries(record ?? {}).map(([key, text]) => ({ path: `${path}.${key}`, text, place }));
