import { checkApp } from './check/app.ts';
import { checkDefinition } from './check/definition.ts';
import type { Problem } from './check/problem.ts';
import type { Catalogue } from './resolve/catalogue.ts';
import type { Installed } from './resolve/installed.ts';
import type { Digest, NodeFacts, Resolution } from './resolve/resolution.ts';
import { resolve } from './resolve/resolve.ts';
import { versionGone } from './resolve/version.ts';
import type { App } from './schema/app.ts';
import type { AppDefinition } from './schema/app-definition.ts';
import type { Home } from './schema/home.ts';
import { supportedIntegrations } from './schema/kinds.ts';

/** What the decision about an App is made from. */
export interface AppFacts {
  readonly app: App;
  readonly home: Home | undefined;
  readonly catalogue: Catalogue;
  readonly installed: Installed;
  readonly nodes: readonly NodeFacts[];
}

/** A resolution that can be carried out. */
export type Resolved = Extract<Resolution, { kind: 'Plan' }>;

/** What follows from the facts. Whatever it is, what runs is left running. */
export type AppDecision =
  /** Wait for something; Refuse until somebody changes something; or Keep what runs as it is. */
  | { readonly kind: 'Wait' | 'Refuse' | 'Keep'; readonly reason: string; readonly message: string }
  | { readonly kind: 'CarryOut'; readonly resolved: Resolved; readonly definition: AppDefinition };

/** Decides what to do about an App. The operators act on it and `kiko plan` shows it: both decide here. */
export function decideApp(facts: AppFacts, digest: Digest): AppDecision {
  const { app, catalogue } = facts;
  const name = app.spec.definition;
  const definition = catalogue.get(name);
  if (definition === undefined) {
    const message = `AppDefinition ${name} is not in the catalogue; it goes on when there is one.`;
    return { kind: 'Wait', reason: 'DefinitionMissing', message };
  }
  // First: what the definition says by now is not about the version that runs.
  const gone = versionGone(app, definition);
  if (gone !== undefined) return { kind: 'Keep', reason: 'VersionGone', message: gone };
  const wrong = checkDefinition(definition);
  if (wrong.length > 0) {
    return {
      kind: 'Refuse',
      reason: 'InvalidDefinition',
      message: `AppDefinition ${name}: ${sentences(wrong)}`,
    };
  }
  const problems = checkApp(app, definition);
  if (problems.length > 0) return { kind: 'Refuse', reason: 'InvalidSpec', message: sentences(problems) };
  const resolution = resolve({ ...facts, wanted: app, supported: supportedIntegrations, digest });
  if (resolution.kind === 'Plan') return { kind: 'CarryOut', resolved: resolution, definition };
  const { reason, message, fix } = resolution.conflict;
  return { kind: 'Refuse', reason, message: `${message} ${fix}` };
}

const sentences = (problems: readonly Problem[]): string =>
  problems.map(({ path, message }) => `${path}: ${message}`).join(' ');
