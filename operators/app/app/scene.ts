import {
  App,
  AppDefinition,
  type AppFacts,
  type Catalogue,
  Home,
  indexInstalled,
  nodeFacts,
} from '@hearth/domain';
import { Node, Pod, type Read } from '@hearth/runtime';
import { remembered } from '../remembered.ts';

/** What the decision about an App is made from, and the definition that it names. */
export interface Scene extends AppFacts {
  readonly definition: AppDefinition | undefined;
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
      // Of pods, only the suite's own are kept in memory.
      nodes: nodeFacts(read.list(Node), read.list(Pod)),
      ...world(read),
    }),
  };
}

/** See {@link createObserver}. */
export interface Observer {
  world(read: Read): Pick<Scene, 'catalogue' | 'installed'>;
  observe(app: App, read: Read): Scene;
}
