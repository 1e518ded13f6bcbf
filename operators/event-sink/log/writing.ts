import type { Clock } from '@hearth/runtime';
import type { Appended, EventLog, Segment } from './event-log.ts';
import { createGroup } from './group.ts';
import { type Append, type Plan, planAppends } from './plan.ts';
import { draft } from './row.ts';
import type { LogState } from './state.ts';
import { createTurns } from './turns.ts';

/** Where events are written to. */
export interface Storage {
  /** Writes a plan as one transaction. Where it fails, nothing of it is there. */
  write(plan: Plan): void | Promise<void>;
  /** Prunes a segment, as one transaction. Gives the log after it. */
  prune(state: LogState, segment: Segment): LogState | Promise<LogState>;
}

/** The one who writes, and what is known of the log by that. */
export interface Writing extends Pick<EventLog, 'append' | 'onAppend' | 'prune'> {
  state(): LogState;
  /** Commits what waits, and ends when all that was begun is done. */
  settle(): Promise<void>;
}

/** Milliseconds between two commits. */
const GROUP_WINDOW = 5;

/** Writes to a log, one transaction after the other. */
export function createWriting(recovered: LogState, storage: Storage, clock: Clock): Writing {
  let state = recovered;
  const inTurn = createTurns();
  const listeners = new Set<(appended: Appended) => void>();
  const tellAll = (appended: Appended) => {
    for (const tell of listeners) tell(appended);
  };

  async function commit(appends: readonly Append[]): Promise<readonly Appended[]> {
    const plan = planAppends(state, appends, clock.now().toISOString());
    const first = state.extent.tree.size + 1;
    await storage.write(plan);
    state = plan.state;
    const last = state.extent.tree.size;
    // Later, so that whoever listens can't make it look as if this had failed.
    if (last >= first) queueMicrotask(() => tellAll({ first, last }));
    return plan.appended;
  }
  const group = createGroup(clock, GROUP_WINDOW, (appends: readonly Append[]) =>
    inTurn(() => commit(appends)),
  );

  return {
    state: () => state,
    async settle() {
      await group.flush();
      await inTurn(() => undefined);
    },
    append: async (changes, cursor) => group.add({ drafts: changes.map(draft), cursor }),
    onAppend(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    prune: (segment) =>
      inTurn(async () => {
        state = await storage.prune(state, segment);
      }),
  };
}
