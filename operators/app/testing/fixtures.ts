import { App, AppDefinition, type AppDefinitionSpec, type AppSpec, Home } from '@hearth/domain';
import type { AppInput, WorkloadInput } from '../workload/input.ts';

/** A definition as the API server would serve it: defaults filled in by its schema. */
export function definitionOf(name: string, spec: object): AppDefinition {
  const parsed = AppDefinition.spec.parse({
    title: name,
    versions: [{ version: '1.0', images: { app: `example.org/${name}:1.0` } }],
    ...spec,
  }) as AppDefinitionSpec;
  return { apiVersion: AppDefinition.apiVersion, kind: 'AppDefinition', metadata: { name }, spec: parsed };
}

/** An App as the API server would serve it. */
export function appOf(name: string, spec: object = {}, more: Partial<App> = {}): App {
  const parsed = App.spec.parse({ definition: name, ...spec }) as AppSpec;
  const metadata = {
    name,
    namespace: 'home',
    uid: `uid-${name}`,
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  return { apiVersion: App.apiVersion, kind: 'App', metadata, spec: parsed, ...more };
}

export const homeOf = (spec: object = {}): Home => ({
  apiVersion: Home.apiVersion,
  kind: 'Home',
  metadata: { name: 'home', uid: 'uid-home' },
  spec: Home.spec.parse({ domain: 'hearth.home.arpa', ...spec }) as Home['spec'],
});

/** The input of an App's rendering. */
export const inputOf = (
  definition: AppDefinition,
  app = appOf(definition.metadata.name),
  home = homeOf(),
): AppInput => ({
  app,
  definition,
  home,
  version: '1.0',
  hearthImage: 'hearth:test',
});

/** The input of its first workload's rendering. */
export const workloadInputOf = (input: AppInput, more: Partial<WorkloadInput> = {}): WorkloadInput => {
  const workload = input.definition.spec.workloads?.[0];
  if (workload === undefined) throw new Error(`${input.definition.metadata.name} has no workload`);
  return { ...input, workload, index: 0, environment: [], configHash: 'hash', preStart: false, ...more };
};
