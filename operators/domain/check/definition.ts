import type { AppDefinition } from '../schema/app-definition.ts';
import type { Problem } from './problem.ts';

/** What is wrong with a definition beyond what its schema tells; empty when nothing is. */
export function checkDefinition(definition: AppDefinition): readonly Problem[] {
  throw new Error(`not written yet ${definition.metadata.name}`);
}
