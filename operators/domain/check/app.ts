import { perObject } from '../per-object.ts';
import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import { namesIn, templatesOf } from '../template-use.ts';
import { namesThereAre, type Problem } from './problem.ts';
import { effectiveSettings, settingComplaint } from './settings.ts';

/** What an App asks of its definition that the definition doesn't have; empty when nothing. */
export function checkApp(app: App, definition: AppDefinition): readonly Problem[] {
  return [
    ...(app.spec.external === undefined
      ? [...checkVersion(app, definition), ...checkVolumes(app, definition)]
      : checkExternal(app, definition)),
    ...checkSettings(app, definition),
    ...checkIntegrations(app, definition),
  ];
}

function checkVersion({ spec }: App, definition: AppDefinition): readonly Problem[] {
  const versions = definition.spec.versions.map(({ version }) => version);
  if (spec.version === undefined || versions.includes(spec.version)) return [];
  const message = `\`${definition.metadata.name}\` has no version ${spec.version}; ${namesThereAre(versions)}.`;
  return [{ path: 'spec.version', message }];
}

function checkVolumes({ spec }: App, definition: AppDefinition): readonly Problem[] {
  const names = new Set(
    definition.spec.workloads?.flatMap(({ volumes }) => volumes?.map(({ name }) => name) ?? []),
  );
  return (spec.volumes ?? [])
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => ({
      path: `spec.volumes[${name}]`,
      message: `\`${definition.metadata.name}\` has no volume \`${name}\`; ${namesThereAre(names)}.`,
    }));
}

function checkExternal({ spec }: App, definition: AppDefinition): readonly Problem[] {
  const offers = definition.spec.provides ?? [];
  const declared = new Set(spec.external?.ports?.map(({ name }) => name));
  const needed = new Set(offers.flatMap(({ port }) => port ?? []));
  const missing = [...needed]
    .filter((port) => !declared.has(port))
    .map((port) => ({
      path: 'spec.external.ports',
      message: `What \`${definition.metadata.name}\` provides is at its port \`${port}\`; add that port with its number.`,
    }));
  if (spec.external?.credentialsSecret !== undefined || offers.every(({ admin }) => admin === undefined)) {
    return missing;
  }
  const message = `Hearth manages \`${definition.metadata.name}\` with an account of it; name a Secret with its username and password.`;
  return [...missing, { path: 'spec.external.credentialsSecret', message }];
}

function checkSettings(app: App, definition: AppDefinition): readonly Problem[] {
  const declared = new Map(Object.entries(definition.spec.settings ?? {}));
  const given = Object.entries(app.spec.settings ?? {}).flatMap(([name, value]): Problem[] => {
    const path = `spec.settings.${name}`;
    const setting = declared.get(name);
    if (setting === undefined) {
      const message = `\`${definition.metadata.name}\` has no setting \`${name}\`; ${namesThereAre(declared.keys())}.`;
      return [{ path, message }];
    }
    const complaint = settingComplaint(setting, value);
    return complaint === undefined ? [] : [{ path, message: `${JSON.stringify(value)} ${complaint}.` }];
  });
  return [...given, ...(app.spec.external === undefined ? checkMissing(app, definition) : [])];
}

/** A setting without a default that a template uses must be given. */
function checkMissing(app: App, definition: AppDefinition): readonly Problem[] {
  const known = effectiveSettings(app, definition);
  const declared = definition.spec.settings ?? {};
  return [...settingsUsed(definition)]
    .filter((name) => Object.hasOwn(declared, name) && !Object.hasOwn(known, name))
    .sort()
    .map((name) => ({
      path: `spec.settings.${name}`,
      message: `\`${definition.metadata.name}\` needs the setting \`${name}\`, which has no default; set it.`,
    }));
}

const settingsUsed = perObject((definition: AppDefinition): ReadonlySet<string> => {
  const names = templatesOf(definition).flatMap(({ text }) => namesIn(text));
  return new Set(names.flatMap(({ scope, field }) => (scope === 'settings' ? [field] : [])));
});

function checkIntegrations({ spec }: App, definition: AppDefinition): readonly Problem[] {
  const slots = new Map(definition.spec.integrations?.map((slot) => [slot.name, slot]));
  return (spec.integrations ?? []).flatMap(({ name, mode }) => {
    const slot = slots.get(name);
    const path = `spec.integrations[${name}]`;
    if (slot === undefined) {
      const message = `\`${definition.metadata.name}\` has no slot \`${name}\`; ${namesThereAre(slots.keys())}.`;
      return [{ path, message }];
    }
    if (mode !== 'Off' || !slot.required || spec.external !== undefined) return [];
    const message = `The slot \`${name}\` can’t be Off, because the app can’t run without a ${slot.kind}; remove \`mode: Off\`.`;
    return [{ path, message }];
  });
}
