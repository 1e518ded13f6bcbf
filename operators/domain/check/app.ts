import type { App } from '../schema/app.ts';
import type { AppDefinition } from '../schema/app-definition.ts';
import type { Problem } from './problem.ts';

/** What an App asks of its definition that the definition doesn't have; empty when nothing. */
export function checkApp(app: App, definition: AppDefinition): readonly Problem[] {
  throw new Error(`not written yet ${app.metadata.name} ${definition.metadata.name}`);
}
