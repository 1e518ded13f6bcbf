import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  App,
  type AppDecision,
  type AppDefinition,
  decideApp,
  formatPlan,
  type Home,
  indexInstalled,
  nodeFacts,
  PROVIDERS_NAMESPACE,
} from '@hearth/domain';
import type { NodeObject, PodObject } from '@hearth/runtime';
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
 * decides here what the operator decides there, by the same code on the same facts, and changes nothing.
 * @throws Failure where there is no such App, the API server refuses it, or nothing can be done for it.
 */
export async function previewPlan(kubectl: Kubectl, what: string, namespace: string): Promise<Preview> {
  const wanted = await wantedApp(kubectl, what, namespace);
  const decision = await decideHere(kubectl, wanted);
  switch (decision.kind) {
    case 'CarryOut':
      return { text: formatPlan(decision.resolved.plan), data: decision.resolved.plan };
    case 'Keep':
      return { text: decision.message, data: { kept: decision.reason, message: decision.message } };
    default:
      throw new Failure(decision.message);
  }
}

async function wantedApp(kubectl: Kubectl, what: string, namespace: string): Promise<App> {
  if (/[./]/.test(what)) return dryRun(kubectl, await readManifest(what));
  const installed = await list<App>(kubectl, 'apps', ['-n', namespace]);
  const there = installed.find(({ metadata }) => metadata.name === what);
  return there ?? dryRun(kubectl, appManifest(what, namespace));
}

/** The App that installs a catalogue entry under its own name. What is among the providers serves everybody. */
export const appManifest = (definition: string, namespace: string): object => ({
  apiVersion: App.apiVersion,
  kind: App.kind,
  metadata: { name: definition, namespace },
  spec: { definition, ...(namespace === PROVIDERS_NAMESPACE ? { share: { namespaces: ['*'] } } : {}) },
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

async function decideHere(kubectl: Kubectl, app: App): Promise<AppDecision> {
  const [definitions, apps, homes, nodes, pods] = await Promise.all([
    list<AppDefinition>(kubectl, 'appdefinitions', ['-A']),
    list<App>(kubectl, 'apps', ['-A']),
    list<Home>(kubectl, 'homes', ['-A']),
    list<NodeObject>(kubectl, 'nodes', ['-A']),
    list<PodObject>(kubectl, 'pods', ['-A', '-l', 'app.kubernetes.io/managed-by=hearth']),
  ]);
  const catalogue = new Map(definitions.map((definition) => [definition.metadata.name, definition]));
  const facts = {
    app,
    home: homes[0],
    catalogue,
    installed: indexInstalled(apps, catalogue),
    nodes: nodeFacts(nodes, pods),
  };
  return decideApp(facts, (text) => createHash('sha256').update(text).digest('hex'));
}

async function list<T>(kubectl: Kubectl, plural: string, args: readonly string[]): Promise<T[]> {
  return (JSON.parse(await kubectl(['get', plural, ...args, '-o', 'json'])) as { items: T[] }).items;
}
