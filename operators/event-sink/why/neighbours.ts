import { relativeIri, type SinkEvent } from '@hearth/domain';
import { edgesOf } from '../graph/edges.ts';
import type { EdgeName } from '../vocabulary/terms.ts';
import { seenBy, type WhyInput } from './why.ts';

/** A resource beside another. */
export interface Neighbour {
  readonly edge: EdgeName;
  /** `to`: the edge leads from the one that was asked about to this one. */
  readonly direction: 'to' | 'from';
  /** Its last event. */
  readonly event: SinkEvent;
}

/** All that belongs to a resource, or that it belongs to, as far as it is there and the asker may see it. */
export function neighboursOf(about: string, { states, visible }: Omit<WhyInput, 'now'>): Neighbour[] {
  const isVisible = seenBy(visible);
  const neighbours = new Map<string, Neighbour>();
  for (const { resource, object } of states.values()) {
    for (const { from, edge, to } of edgesOf(resource, object ?? {})) {
      const [source, target] = [relativeIri(from), relativeIri(to)];
      const direction = source === about ? 'to' : target === about ? 'from' : undefined;
      const other = direction === 'to' ? target : source;
      const event = direction && isVisible(other) ? states.get(other) : undefined;
      if (direction && event) neighbours.set(`${edge} ${direction} ${other}`, { edge, direction, event });
    }
  }
  return [...neighbours.values()];
}
