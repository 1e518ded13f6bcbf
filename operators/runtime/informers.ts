import type { Controller } from './controller.ts';
import { type Kind, kindText } from './resource.ts';
import { watchedKinds } from './wake.ts';
import { addIndex } from './watch/cache.ts';
import { createInformer, type Informer, type InformerOptions } from './watch/informer.ts';

/** The informers of a process. */
export interface Informers {
  readonly all: readonly Informer[];
  /** Those of one controller, by kind. */
  of(controller: Controller): ReadonlyMap<string, Informer>;
}

/**
 * One informer for each kind, selector and namespace, however many controllers watch it.
 * @throws where two controllers have one name, or one indexes or follows a kind that it does not declare.
 */
export function createInformers(
  controllers: readonly Controller[],
  options: Omit<InformerOptions, 'managers'>,
): Informers {
  const managers = new Set(controllers.map(({ name }) => name));
  if (managers.size < controllers.length) throw new Error('two controllers have the same name');
  const informers = new Map<string, Informer>();
  const byController = new Map<Controller, Map<string, Informer>>();
  for (const controller of controllers) {
    const own = new Map<string, Informer>();
    for (const watched of watchedKinds(controller)) {
      const { kind, selector = '', namespace = '', optional = '' } = watched;
      const id = [kindText(kind), namespace, optional, selector].join(' ');
      const informer = informers.get(id) ?? createInformer(watched, { ...options, managers });
      informers.set(id, informer);
      own.set(kindText(watched.kind), informer);
    }
    addIndexes(controller, own);
    byController.set(controller, own);
  }
  return {
    all: [...informers.values()],
    of: (controller) => byController.get(controller) ?? new Map(),
  };
}

function addIndexes(
  { name, indexes = [], follows = [] }: Controller,
  informers: ReadonlyMap<string, Informer>,
): void {
  const cacheOf = (kind: Kind, what: string) => {
    const informer = informers.get(kindText(kind));
    if (!informer) throw new Error(`controller ${name} ${what} ${kindText(kind)} without declaring it`);
    return informer.cache;
  };
  for (const index of indexes) addIndex(cacheOf(index.kind, 'has an index on'), index);
  for (const { kind, follow } of follows) cacheOf(kind, 'follows').follow(follow);
}
