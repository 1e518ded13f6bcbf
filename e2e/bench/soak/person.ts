import { setTimeout as pause } from 'node:timers/promises';
import { App } from '@hearth/domain';
import type { Key, Resource } from '@hearth/runtime';
import type { ApiClient } from '../../app/api-client.ts';
import { app } from '../../app/objects.ts';
import type { Product } from './products.ts';
import type { Action, Wish } from './wishes.ts';

/** Somebody who does things to Apps, of each one after the other, and of all at once. */
export interface Person {
  /** Begins to do it, after what was begun before about the same App. */
  act(action: Action): void;
  /** Resolves when all is done that was begun; rejects with what could not be done. */
  idle(): Promise<void>;
}

/** How long somebody keeps trying while the API server is away, or waits for an App to go, in milliseconds. */
const PATIENCE = 180_000;

/** The key of an App of the household. */
export const inHome = (name: string): Key => ({ namespace: 'home', name });

/** An App as its wish has it. */
function appOf(name: string, { definition }: Product, wish: Wish): Resource {
  const { size, host, version, gateway } = wish;
  const route =
    gateway === 'none' ? { mode: 'Off' } : { providerRef: { namespace: 'hearth-providers', name: gateway } };
  return app(name, definition, {
    ...(version === undefined ? {} : { version }),
    host: `${name}-at-${host}`,
    settings: { size },
    integrations: [{ name: 'route', ...route }],
  });
}

/** Somebody with the rights of an administrator. */
export function createPerson(client: ApiClient, products: ReadonlyMap<string, Product>): Person {
  const turns = new Map<string, Promise<void>>();
  const carryOut = async (action: Action): Promise<void> => {
    const { name } = action;
    if (action.type === 'remove') return remove(client, name, action.deletion);
    // What is applied to an App that is going goes with it.
    if (action.type === 'install') await isGone(client, name);
    const product = products.get(name);
    if (product) await persist(() => client.apply(appOf(name, product, action.wish)));
  };
  return {
    act(action) {
      const turn = (turns.get(action.name) ?? Promise.resolve()).then(() => carryOut(action));
      turns.set(action.name, turn);
      // Whoever waits until all is done is told of it.
      turn.catch(() => undefined);
    },
    async idle() {
      await Promise.all(turns.values());
      turns.clear();
    },
  };
}

async function remove(client: ApiClient, name: string, deletion: 'Retain' | 'Delete'): Promise<void> {
  if (deletion === 'Delete') await persist(() => client.patch(App, inHome(name), { spec: { deletion } }));
  await persist(() => client.remove(App, inHome(name)));
}

/** Waits until there is no App of that name. */
async function isGone(client: ApiClient, name: string): Promise<void> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const found = await persist(() => client.get(App, inHome(name)));
    if (found === undefined) return;
    if (performance.now() > end)
      throw new Error(`App ${name} does not go: ${JSON.stringify(found.status?.conditions)}`);
    await pause(200);
  }
}

/** Does again what fails, as somebody does who finds the API server away. What is done may be repeated. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > end) throw error;
      await pause(500);
    }
  }
}
