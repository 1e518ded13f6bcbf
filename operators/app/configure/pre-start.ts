import type { PreStartStep } from '@hearth/domain';
import { editFile } from './atomic-file.ts';
import { StepFailure } from './failure.ts';
import type { Mounts } from './volume-path.ts';

/**
 * Carries steps out in their order, and says of each, by `report`, whether it changed something; never a value.
 * A second run changes nothing.
 * @throws StepFailure naming the step; those before it are done, those after it are not.
 */
export async function carryOutPreStart(
  steps: readonly PreStartStep[],
  mounts: Mounts,
  report: (line: string) => void,
): Promise<void> {
  for (const step of steps) {
    const changed = await carryOut(step, mounts).catch((error: unknown) => {
      throw new StepFailure(`Step ${step.name}: ${sentence(error, step)}.`);
    });
    report(`${step.name}: ${step.path} ${changed ? 'changed' : 'unchanged'}`);
  }
}

/** Each start of an app waits for this: what a step doesn't need is not even loaded. */
async function carryOut(step: PreStartStep, mounts: Mounts): Promise<boolean> {
  switch (step.type) {
    case 'directory':
      return (await import('./steps/directory.ts')).makeDirectory(step, mounts);
    case 'file':
      return (await import('./steps/file.ts')).writeFile(step, mounts);
    case 'iniKeys': {
      const { setIniKeys } = await import('./steps/ini.ts');
      return editFile(step.path, mounts, (text) => setIniKeys(text, step.section, step.keys));
    }
    case 'jsonKeys': {
      const { setJsonKeys } = await import('./steps/json.ts');
      return editFile(step.path, mounts, (text) => setJsonKeys(text, step.keys));
    }
    case 'yamlKeys': {
      const { setYamlKeys } = await import('./steps/yaml.ts');
      return editFile(step.path, mounts, (text) => setYamlKeys(text, step.keys));
    }
    case 'xmlKeys': {
      const { setXmlKeys } = await import('./steps/xml.ts');
      return editFile(step.path, mounts, (text) => setXmlKeys(text, step.keys));
    }
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  EACCES: 'the app’s user may not write there',
  EPERM: 'it belongs to another user',
  EROFS: 'it is on a read-only volume',
  ENOSPC: 'the volume is full',
  EDQUOT: 'the volume is full',
  ENOTDIR: 'a part of its path is no folder',
  ELOOP: 'its path is a circle of symbolic links',
};

/** An unexpected error's message may hold anything; only its code and type are told. */
function sentence(error: unknown, { path }: PreStartStep): string {
  if (error instanceof StepFailure) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const cause = CAUSES[code] ?? (code || (error instanceof Error ? error.name : 'unknown error'));
  return `${path} can’t be written: ${cause}`;
}
