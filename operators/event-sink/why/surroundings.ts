import type { SinkEvent } from '@hearth/domain';
import type { Edge } from '../graph/edges.ts';

/** What the log knows of the resources that live at one moment, found by their relative IRIs. */
export interface Surroundings {
  /** The last event that they know of. */
  readonly seq: number;
  /** The last event of a resource. */
  state(iri: string): Promise<SinkEvent | undefined>;
  /** How it belongs to others, as itself says and as they do. The others may not be there. */
  edges(iri: string): readonly Edge[];
}
