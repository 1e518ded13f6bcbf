import { relativeIri, type SinkEvent } from '@hearth/domain';
import type { Source } from '../origin.ts';
import { event, resource } from './events.ts';

/** A log in memory, as far as a graph reads it. */
export interface MemorySource extends Source {
  readonly events: SinkEvent[];
  /** Records changes that follow what is there, and returns them. */
  record(...changes: readonly Change[]): SinkEvent[];
}

/** What happens to an App. */
export interface Change {
  readonly app: string;
  readonly type?: SinkEvent['type'];
  readonly version?: string;
  readonly namespace?: string;
}

export function memorySource(): MemorySource {
  const events: SinkEvent[] = [];
  return {
    events,
    record(...changes) {
      const first = events.length + 1;
      const added = changes.map((change, index) => appEvent(first + index, change));
      events.push(...added);
      return added;
    },
    head: () => ({ seq: events.length, hash: new Uint8Array(32), pruned: 0 }),
    read: async ({ after, limit }) => events.slice(after, after + limit),
    async *states(at = events.length) {
      const last = new Map<string, SinkEvent>();
      for (const one of events.slice(0, at)) {
        if (one.type !== 'gap') last.set(relativeIri(one.resource), one);
      }
      for (const one of last.values()) if (one.type !== 'deleted') yield one;
    },
  };
}

function appEvent(
  seq: number,
  { app, type = 'modified', version = '1', namespace = 'home' }: Change,
): SinkEvent {
  const object = {
    metadata: { name: app, generation: seq },
    spec: { definition: 'miniflux', version },
    status: { version, conditions: [{ type: 'Ready', status: 'True', message: `since ${seq}` }] },
  };
  const { group, version: ofKind, kind, plural, ...rest } = resource('App', app);
  const known = { group, version: ofKind, kind, plural };
  return type === 'gap'
    ? event(seq, { ...known, name: '', uid: '' }, undefined, { type })
    : event(seq, { ...known, ...rest, namespace }, object, { type });
}

/** A life with changes of all sorts: the number says how many. */
export const life = (length: number): Change[] =>
  Array.from({ length }, (_, index) => ({
    app: `app-${(index * 7) % 23}`,
    version: String(index),
    type: index % 11 === 0 ? 'deleted' : index % 50 === 49 ? 'gap' : 'modified',
  }));
