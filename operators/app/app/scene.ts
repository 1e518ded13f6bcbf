import {
  App,
  AppDefinition,
  type Catalogue,
  Home,
  type Installed,
  indexInstalled,
  type NodeFacts,
  parseQuantity,
} from '@hearth/domain';
import { Node, Pod, type Read } from '@hearth/runtime';
import { remembered } from '../remembered.ts';

/** What the decision about an App is made from. */
export interface Scene {
  readonly app: App;
  readonly home: Home | undefined;
  readonly definition: AppDefinition | undefined;
  readonly catalogue: Catalogue;
  readonly installed: Installed;
  readonly nodes: readonly NodeFacts[];
}

/** Reads what is there, from caches alone. One observer serves all Apps: its indexes are made anew only when something changed. */
export function createObserver(): Observer {
  const catalogueOf = remembered(
    (definitions: readonly AppDefinition[]): Catalogue =>
      new Map(definitions.map((definition) => [definition.metadata.name, definition])),
  );
  const installedOf = remembered((apps: readonly App[], definitions: readonly AppDefinition[]) =>
    indexInstalled(apps, catalogueOf(definitions)),
  );
  const world = (read: Read) => {
    const definitions = read.list(AppDefinition);
    return { catalogue: catalogueOf(definitions), installed: installedOf(read.list(App), definitions) };
  };
  return {
    world,
    observe: (app, read) => ({
      app,
      home: read.get(Home, { name: 'home' }),
      definition: read.get(AppDefinition, { name: app.spec.definition }),
      nodes: nodeFacts(read),
      ...world(read),
    }),
  };
}

/** See {@link createObserver}. */
export interface Observer {
  world(read: Read): Pick<Scene, 'catalogue' | 'installed'>;
  observe(app: App, read: Read): Scene;
}

/**
 * What each machine has left: what it can give, less what the suite's own pods ask for. Other pods are not
 * kept in memory; a plan's figures are for people, the scheduler decides.
 */
function nodeFacts(read: Read): NodeFacts[] {
  const pods = read.list(Pod);
  return read.list(Node).map((node) => {
    const asked = pods
      .filter(({ spec }) => spec?.nodeName === node.metadata.name)
      .flatMap(({ spec }) => spec?.containers ?? []);
    const sum = (resource: 'cpu' | 'memory') =>
      asked.reduce(
        (total, { resources }) => total + parseQuantity(resources?.requests?.[resource] ?? '0'),
        0,
      );
    return {
      name: node.metadata.name,
      arch: node.status?.nodeInfo?.architecture ?? '',
      free: {
        cpu: parseQuantity(node.status?.allocatable?.cpu ?? '0') - sum('cpu'),
        memory: parseQuantity(node.status?.allocatable?.memory ?? '0') - sum('memory'),
      },
    };
  });
}
