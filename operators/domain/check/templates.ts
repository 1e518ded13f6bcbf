import type { AppDefinition } from '../schema/app-definition.ts';
import { appFields, homeFields } from '../schema/definition-rules.ts';
import { integrationKinds, type Slot } from '../schema/integration.ts';
import { TemplateError, type TemplateName, templateNames } from '../template.ts';
import { type TemplateUse, templatesOf } from '../template-use.ts';
import { namesThereAre, type Problem } from './problem.ts';

/** What templates of one definition may name. */
interface Names {
  readonly slots: ReadonlyMap<string, Slot>;
  readonly settings: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
  /** Secrets that the app itself gives, once it runs. */
  readonly captured: ReadonlySet<string>;
}

/** Names in templates that nothing fills in, or not always. */
export function checkTemplates(definition: AppDefinition): readonly Problem[] {
  const names = namesOf(definition);
  return templatesOf(definition).flatMap((use) =>
    complaints(use, names).map((message) => ({ path: use.path, message })),
  );
}

function namesOf({ spec }: AppDefinition): Names {
  const captured = (spec.configure?.postStart ?? []).flatMap((step) =>
    step.type === 'http' ? Object.keys(step.capture ?? {}) : [],
  );
  return {
    slots: new Map((spec.integrations ?? []).map((slot) => [slot.name, slot])),
    settings: new Set(Object.keys(spec.settings ?? {})),
    secrets: new Set((spec.secrets ?? []).map(({ name }) => name)),
    captured: new Set(captured),
  };
}

function complaints(use: TemplateUse, names: Names): readonly string[] {
  try {
    return templateNames(use.text).flatMap((name) => complaint(use, name, names) ?? []);
  } catch (error) {
    if (error instanceof TemplateError) return [`${error.message}.`];
    throw error;
  }
}

function complaint(use: TemplateUse, name: TemplateName, names: Names): string | undefined {
  switch (name.scope) {
    case 'app':
      return ofApp(use, name, names);
    case 'home':
      return homeFields.some((field) => field === name.field)
        ? undefined
        : `${written(name)} names nothing that a home has; ${namesThereAre(homeFields)}.`;
    case 'settings':
      return names.settings.has(name.field)
        ? undefined
        : `${written(name)} names a setting that isn’t declared; of spec.settings ${namesThereAre(names.settings)}.`;
    case 'secret':
      return ofSecret(use, name, names);
    default:
      return ofSlot(use, name, names);
  }
}

function ofApp(use: TemplateUse, name: TemplateName, { slots }: Names): string | undefined {
  if (!appFields.some((field) => field === name.field)) {
    return `${written(name)} names nothing that an app has; ${namesThereAre(appFields)}.`;
  }
  if (name.field !== 'host' && name.field !== 'url') return undefined;
  const routes = [...slots.values()].filter(({ kind }) => kind === 'Route');
  if (routes.some((slot) => slot.required || slot.name === use.slot)) return undefined;
  return `${written(name)} has a value only while a Route is bound; make a Route slot required, or use it in the env of that slot.`;
}

function ofSecret(use: TemplateUse, name: TemplateName, names: Names): string | undefined {
  if (names.secrets.has(name.field)) return undefined;
  if (!names.captured.has(name.field)) {
    return `${written(name)} names a secret that isn’t declared; of spec.secrets ${namesThereAre(names.secrets)}.`;
  }
  return use.place === 'postStart'
    ? undefined
    : `${written(name)} is captured from the running app, so nothing that it starts with can use it; use it in postStart, or declare it in spec.secrets.`;
}

function ofSlot(use: TemplateUse, name: TemplateName, { slots }: Names): string | undefined {
  const slot = slots.get(name.scope);
  if (slot === undefined) {
    const hint = name.scope === 'secrets' ? ` (a secret is \`\${secret.${name.field}}\`)` : '';
    return `${written(name)} names a slot that isn’t declared${hint}; of spec.integrations ${namesThereAre(slots.keys())}.`;
  }
  const { fields } = integrationKinds[slot.kind];
  if (!fields.some((field) => field === name.field)) {
    return `${written(name)} names a field that a ${slot.kind} doesn’t have; ${namesThereAre(fields)}.`;
  }
  if (slot.required || use.slot === slot.name) return undefined;
  return `${written(name)} has a value only while the optional slot \`${slot.name}\` is bound; move it to the env of that slot, or make the slot required.`;
}

const written = ({ scope, field }: TemplateName): string => `\`\${${scope}.${field}}\``;
