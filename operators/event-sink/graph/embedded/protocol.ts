import type { Activity, Changes, StateChange } from '../changes.ts';
import type { Room } from './room.ts';
import type { StoreOptions, StoreQuery } from './store.ts';

/** What can be asked of the thread that has the store, and what it answers. */
export interface Calls {
  readonly load: {
    readonly argument: { readonly states: readonly StateChange[]; readonly activities: readonly Activity[] };
    readonly result: Room;
  };
  readonly apply: { readonly argument: Changes; readonly result: Room };
  readonly admit: { readonly argument: readonly string[]; readonly result: undefined };
  readonly query: { readonly argument: StoreQuery; readonly result: string };
  readonly canonicalHash: { readonly argument: undefined; readonly result: string };
}

/** One call, as it is sent. */
export type Request = {
  readonly [Name in keyof Calls]: { readonly call: Name; readonly argument: Calls[Name]['argument'] };
}[keyof Calls];

/** Its answer; of a failure, in words. */
export type Reply = { readonly result: unknown } | { readonly failure: string };

/** What the thread is started with. */
export type WorkerData = StoreOptions;
