import { Store } from 'oxigraph';
import { visibleTo } from '../query/visible.ts';
import { dump, insert, type Lines, remove } from './statements.ts';

/**
 * Stores for those who may not see all. Each has the graphs that they may see and nothing else, so that no query finds
 * more, whatever it asks; and it is as fast as one that may see all: Oxigraph takes up each graph of a dataset that is
 * named to it again for each pattern, which takes seconds where there are a thousand.
 */
export interface Audiences {
  /** The store of those who may see this; filled if they did not ask lately. */
  storeFor(allowed: readonly string[]): Store;
  /** Brings them to where the graph is. Returns how many statements went. */
  change(gone: readonly Lines[], come: readonly Lines[]): number;
  /** How many statements are in all of them. */
  size(): number;
}

/** The graph that audiences see parts of. */
export interface Whole {
  readonly store: Store;
  graphs(): readonly string[];
}

/** How many audiences have a store, and how many statements may be in them if there is more than one. */
const most = { audiences: 8, statements: 200_000 };

/** How many graphs go into a store in one call. */
const batch = 100;

interface Audience {
  readonly isVisible: (graph: string) => boolean;
  readonly store: Store;
  size: number;
}

/** None is there before it is asked for. */
export function createAudiences({ store: whole, graphs }: Whole, base: string): Audiences {
  // In the order in which they asked last.
  const audiences = new Map<string, Audience>();
  const size = () => [...audiences.values()].reduce((sum, audience) => sum + audience.size, 0);

  const fill = (allowed: readonly string[]): Audience => {
    const audience = { isVisible: visibleTo(allowed, base), store: new Store(), size: 0 };
    const visible = graphs().filter(audience.isVisible);
    for (let at = 0; at < visible.length; at += batch) {
      const some = visible.slice(at, at + batch).map((graph) => ({ graph, triples: dump(whole, graph) }));
      audience.size += insert(audience.store, some);
    }
    return audience;
  };

  const dismissOthers = (kept: string) => {
    for (const [key, audience] of audiences) {
      if (audiences.size <= most.audiences && size() <= most.statements) return;
      if (key === kept) continue;
      audiences.delete(key);
      free(audience.store);
    }
  };

  return {
    storeFor(allowed) {
      const key = [...new Set(allowed)].sort().join('\n');
      const audience = audiences.get(key) ?? fill(allowed);
      audiences.delete(key);
      audiences.set(key, audience);
      dismissOthers(key);
      return audience.store;
    },
    change(gone, come) {
      let removed = 0;
      for (const audience of audiences.values()) {
        const seen = ({ graph }: Lines) => audience.isVisible(graph);
        const count = remove(audience.store, gone.filter(seen));
        audience.size += insert(audience.store, come.filter(seen)) - count;
        removed += count;
      }
      return removed;
    },
    size,
  };
}

/** Gives back its memory now, and not when the collector comes by: the type leaves out what every binding to WASM has. */
const free = (store: Store): void => (store as Store & { free(): void }).free();
