import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  App,
  type AppDefinition,
  checkApp,
  formatPlan,
  type Home,
  indexInstalled,
  type Resolution,
  resolve,
  supportedIntegrations,
} from '@hearth/domain';
import { loadAll } from 'js-yaml';
import { Failure } from '../failure.ts';
import type { Kubectl } from '../kubectl.ts';

/** What is going to happen, as text for people and as data for programs. */
export interface Preview {
  readonly text: string;
  readonly data: object;
}

/**
 * What would happen for an App: one in a file, one that is installed, or one of the catalogue that isn't yet. It
 * resolves here what the operator resolves there, by the same code, and changes nothing.
 * @throws Failure where there is no such App, the API server refuses it, or its wishes conflict.
 */
export async function previewPlan(kubectl: Kubectl, what: string, namespace: string): Promise<Preview> {
  const wanted = await wantedApp(kubectl, what, namespace);
  const resolution = await resolveHere(kubectl, wanted);
  if (resolution.kind === 'Conflict') {
    throw new Failure(`${resolution.conflict.message} ${resolution.conflict.fix}`);
  }
  return { text: formatPlan(resolution.plan), data: resolution.plan };
}

async function wantedApp(kubectl: Kubectl, what: string, namespace: string): Promise<App> {
  if (/[./]/.test(what)) return dryRun(kubectl, await readManifest(what));
  const installed = await list<App>(kubectl, 'apps', namespace);
  const there = installed.find(({ metadata }) => metadata.name === what);
  return there ?? dryRun(kubectl, appManifest(what, namespace));
}

/** The App that installs a catalogue entry under its own name. */
export const appManifest = (definition: string, namespace: string): object => ({
  apiVersion: App.apiVersion,
  kind: App.kind,
  metadata: { name: definition, namespace },
  spec: { definition },
});

async function readManifest(file: string): Promise<object> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Failure(`${file} can’t be read.`);
  });
  const documents = loadAll(text) as { kind?: string }[];
  const app = documents.find((document) => document?.kind === App.kind);
  if (app === undefined) throw new Failure(`${file} holds no App.`);
  return app;
}

/** The App as the API server would store it: checked, with its defaults. */
async function dryRun(kubectl: Kubectl, manifest: object): Promise<App> {
  const args = [
    'apply',
    '--server-side',
    '--dry-run=server',
    '--field-manager=kiko',
    '-o',
    'json',
    '-f',
    '-',
  ];
  return JSON.parse(await kubectl(args, JSON.stringify(manifest))) as App;
}

async function resolveHere(kubectl: Kubectl, wanted: App): Promise<Resolution> {
  const [definitions, apps, homes] = await Promise.all([
    list<AppDefinition>(kubectl, 'appdefinitions'),
    list<App>(kubectl, 'apps'),
    list<Home>(kubectl, 'homes'),
  ]);
  const catalogue = new Map(definitions.map((definition) => [definition.metadata.name, definition]));
  const definition = catalogue.get(wanted.spec.definition);
  if (definition === undefined) {
    throw new Failure(
      `There is no ${wanted.spec.definition} in the catalogue: \`kubectl get appdefinitions\` lists it.`,
    );
  }
  const [problem] = checkApp(wanted, definition);
  if (problem) throw new Failure(`${problem.path}: ${problem.message}`);
  return resolve({
    wanted,
    catalogue,
    installed: indexInstalled(apps, catalogue),
    home: homes[0],
    supported: supportedIntegrations,
    digest: (text) => createHash('sha256').update(text).digest('hex'),
  });
}

async function list<T>(kubectl: Kubectl, plural: string, namespace?: string): Promise<T[]> {
  const scope = namespace === undefined ? ['-A'] : ['-n', namespace];
  return (JSON.parse(await kubectl(['get', plural, ...scope, '-o', 'json'])) as { items: T[] }).items;
}
