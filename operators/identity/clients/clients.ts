import type { Client } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { createReading } from '../store/turns.ts';

/** The clients, from memory. */
export interface Clients {
  find(id: string): Client | undefined;
  all(): readonly Client[];
  /** Reads them again. */
  load(): Promise<void>;
}

/** The clients that a store keeps; `load` them first. */
export function createClients(store: Pick<Store, 'clients'>): Clients {
  let clients: ReadonlyMap<string, Client> = new Map();
  return {
    find: (id) => clients.get(id),
    all: () => [...clients.values()],
    load: createReading(async () => {
      clients = new Map((await store.clients.all()).map((client) => [client.id, client]));
    }),
  };
}
