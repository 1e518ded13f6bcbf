import { type Extent, extend, kindName, leafHash, relativeIri, seal, utf8 } from '@hearth/domain';
import type { NewEvent } from './event-log.ts';
import { sha256 } from './sha256.ts';

/** An event as it is kept. */
export interface Row {
  readonly seq: number;
  readonly iri: string;
  readonly kind: string;
  /** JSON; what is hashed. */
  readonly text: string;
  readonly hash: Uint8Array;
}

/** A change that waits for its number: all that can be done before it has one is done. */
export interface Draft {
  readonly iri: string;
  readonly kind: string;
  /** The event's JSON without number and time. */
  readonly body: string;
}

/** Writes down a change. Its fields go in the order of the schema, whatever order they came in. */
export function draft(change: NewEvent): Draft {
  const { type, resource, resourceVersion, generation, inferred, actor, patch, object } = change;
  const { group, version, kind, plural, namespace, name, uid } = resource;
  const of = { group, version, kind, plural, namespace, name, uid };
  const by = { name: actor.name, confidence: actor.confidence, operation: actor.operation };
  return {
    iri: relativeIri(resource),
    kind: kindName(resource),
    body: JSON.stringify({
      type,
      resource: of,
      resourceVersion,
      generation,
      inferred,
      actor: by,
      patch,
      object,
    }),
  };
}

/** The row that a log gets by a change, and the log with it. */
export function addRow(log: Extent, time: string, { iri, kind, body }: Draft): { row: Row; log: Extent } {
  const seq = log.tree.size + 1;
  const text = `{"seq":${seq},"time":"${time}",${body.slice(1)}`;
  const extended = extend(sha256, log, leafOf(text));
  return { row: { seq, iri, kind, text, hash: extended.hash }, log: extended };
}

/** The leaf hash of an event's text. */
export const leafOf = (text: string): Uint8Array => leafHash(sha256, utf8(text));

/** Seals the last segment where it is complete. */
export const sealIfFull = (log: Extent, segmentSize: number): Extent =>
  log.segment.size === segmentSize ? seal(log) : log;
