import {
  App,
  AppDefinition,
  type AppFacts,
  affectedBy,
  type Change,
  createInventory,
  createMachines,
  Home,
  nextToMove,
} from '@hearth/domain';
import { type Follower, followed, type Key, Node, Pod, type Read } from '@hearth/runtime';

/** What the decision about an App is made from, and the definition that it names. */
export interface Scene extends AppFacts {
  readonly definition: AppDefinition | undefined;
}

/** Knows what is installed and what machines have left. One observer serves all Apps. */
export interface Observer {
  /** By which it stays up to date: for the controller to declare. */
  readonly follows: readonly Follower[];
  /** The Apps that a change may concern: those whose slots it can fill or empty, those that it defines. */
  affected(change: Change): readonly Key[];
  /** The App whose turn it is to move to the home's identity provider; nobody where none has to. */
  next(read: Read): readonly Key[];
  observe(app: App, read: Read): Scene;
}

/** An observer that has seen nothing yet. */
export function createObserver(): Observer {
  const { catalogue, installed, putApp, putDefinition } = createInventory();
  const machines = createMachines();
  return {
    follows: [
      followed(App, (key, _, app) => putApp(key, app)),
      followed(AppDefinition, (name, _, definition) => putDefinition(name, definition)),
      followed(Node, (name, _, node) => machines.putNode(name, node)),
      // Of pods, only the suite's own are kept in memory.
      followed(Pod, (_, before, after) => machines.putPod(before, after)),
    ],
    affected: (change) => affectedBy(change, installed, catalogue),
    next(read) {
      const next = nextToMove(read.get(Home, { name: 'home' }), { installed, catalogue });
      return next ? [next] : [];
    },
    observe: (app, read) => ({
      app,
      home: read.get(Home, { name: 'home' }),
      definition: catalogue.get(app.spec.definition),
      nodes: machines.facts(),
      catalogue,
      installed,
    }),
  };
}
