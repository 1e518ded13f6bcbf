import type { PreStartStep } from '@hearth/domain';
import { ensureFile, parseMode } from '../atomic-file.ts';
import type { Mounts } from '../volume-path.ts';

/** Makes sure of a file's whole content. @returns whether something changed. */
export function writeFile(step: Extract<PreStartStep, { type: 'file' }>, mounts: Mounts): Promise<boolean> {
  return ensureFile(step.path, mounts, step.content, parseMode(step.mode));
}
