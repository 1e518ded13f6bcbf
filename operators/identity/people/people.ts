import type { Account } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import { createReading } from '../store/turns.ts';

/** The people of the home, from memory; those who were removed are among them until they are forgotten. */
export interface People {
  bySub(sub: string): Account | undefined;
  byName(name: string): Account | undefined;
  all(): readonly Account[];
  /** Reads them again. */
  load(): Promise<void>;
}

/** The people whom a store keeps; `load` them first. */
export function createPeople(store: Pick<Store, 'accounts'>): People {
  let bySub: ReadonlyMap<string, Account> = new Map();
  let byName: ReadonlyMap<string, Account> = new Map();
  return {
    bySub: (sub) => bySub.get(sub),
    byName: (name) => byName.get(name),
    all: () => [...bySub.values()],
    load: createReading(async () => {
      const accounts = await store.accounts.all();
      bySub = new Map(accounts.map((account) => [account.sub, account]));
      byName = new Map(accounts.map((account) => [account.name, account]));
    }),
  };
}
