import type { PreStartStep } from '@hearth/domain';
import { ensureDirectory, parseMode } from '../atomic-file.ts';
import type { Mounts } from '../volume-path.ts';

/** Makes sure of a folder and those above it. @returns whether something changed. */
export function makeDirectory(
  step: Extract<PreStartStep, { type: 'directory' }>,
  mounts: Mounts,
): Promise<boolean> {
  return ensureDirectory(step.path, mounts, parseMode(step.mode));
}
