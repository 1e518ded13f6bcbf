import { perObject } from '../per-object.ts';
import type { AppDefinition, Setting } from '../schema/app-definition.ts';
import { checkParts } from './parts.ts';
import type { Problem } from './problem.ts';
import { readPattern, settingComplaint } from './settings.ts';
import { checkTemplates } from './templates.ts';
import { checkVolumes } from './volumes.ts';

/**
 * What is wrong with a definition beyond what its schema tells; empty when nothing is. Admission tells
 * of some of it as well, where its rules are within what the API server lets them cost.
 */
export const checkDefinition = perObject((definition: AppDefinition): readonly Problem[] => [
  ...checkNames(definition),
  ...checkParts(definition),
  ...checkVolumes(definition),
  ...Object.entries(definition.spec.settings ?? {}).flatMap(([name, setting]) =>
    checkSetting(setting, `spec.settings.${name}`),
  ),
  ...checkTemplates(definition),
]);

/** Lists that the API server keeps free of repeats; a file that never met it may have some. */
function checkNames({ spec }: AppDefinition): readonly Problem[] {
  const lists = {
    versions: spec.versions.map(({ version }) => version),
    workloads: spec.workloads?.map(({ name }) => name) ?? [],
    integrations: spec.integrations?.map(({ name }) => name) ?? [],
    secrets: spec.secrets?.map(({ name }) => name) ?? [],
  };
  return Object.entries(lists).flatMap(([list, names]) =>
    [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => ({
      path: `spec.${list}[${name}]`,
      message: `There is more than one \`${name}\` in ${list}; give each a name of its own.`,
    })),
  );
}

function checkSetting(setting: Setting, path: string): readonly Problem[] {
  const problems: Problem[] = [];
  if (setting.pattern !== undefined && readPattern(setting.pattern) === undefined) {
    problems.push({ path: `${path}.pattern`, message: 'The pattern is no regular expression; correct it.' });
  }
  const complaint = setting.default === undefined ? undefined : settingComplaint(setting, setting.default);
  if (complaint !== undefined) {
    const message = `The default ${JSON.stringify(setting.default)} ${complaint}; correct the default or the setting.`;
    problems.push({ path: `${path}.default`, message });
  }
  return problems;
}
