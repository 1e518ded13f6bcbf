import { z } from 'zod';
import type { Immutable } from './schema/immutable.ts';

/**
 * What the event sink says over HTTP to kiko, to the pages and to people. Its fields stand in the order in which the log
 * writes them: the JSON text of an event is what its hash is made of.
 */

/** What changed. Of a gap only the kind is known: it has neither namespace nor name, and its uid is empty. */
const resource = z.object({
  /** Empty for Kubernetes' core group. */
  group: z.string(),
  version: z.string(),
  kind: z.string(),
  plural: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  uid: z.string(),
});
export type EventResource = Immutable<z.infer<typeof resource>>;

/** One operation of a JSON Patch (RFC 6902). */
const patchOperation = z.discriminatedUnion('op', [
  z.object({ op: z.enum(['add', 'replace', 'test']), path: z.string(), value: z.unknown() }),
  z.object({ op: z.literal('remove'), path: z.string() }),
  z.object({ op: z.enum(['move', 'copy']), path: z.string(), from: z.string() }),
]);

/** One change of one resource. */
export const sinkEvent = z.object({
  /** Counts up from 1 without a hole. */
  seq: z.int().min(1),
  /** When the sink recorded it, with milliseconds. */
  time: z.iso.datetime({ precision: 3 }),
  /** `gap`: changes of this kind may be missing before what follows, the API server no longer had them. */
  type: z.enum(['added', 'modified', 'deleted', 'gap']),
  resource,
  resourceVersion: z.string(),
  generation: z.int().optional(),
  /** Found by comparing after a gap, not seen as it happened. */
  inferred: z.boolean(),
  actor: z.object({
    name: z.string(),
    /** What says so, from the surest down. */
    confidence: z.enum(['audit', 'admission', 'field-manager', 'none']),
    operation: z.string().optional(),
  }),
  /** Against the state before; of `modified` only. */
  patch: z.array(patchOperation).optional(),
  /** The state after, redacted; of `deleted` the last state. A gap has none. */
  object: z.record(z.string(), z.unknown()).optional(),
});
export type SinkEvent = Immutable<z.infer<typeof sinkEvent>>;

/** Events in order: the answer of `/-/events` and of a resource's `?history`. */
export const eventPage = z.object({
  events: z.array(sinkEvent),
  /** The `after` of the next page, where there is one. */
  next: z.int().min(0).optional(),
});
export type EventPage = Immutable<z.infer<typeof eventPage>>;

/** The end of the log, and who vouches for it: the answer of `/-/log/head`. */
export const logHead = z.object({
  /** Of the last event; 0 where there is none. */
  seq: z.int().min(0),
  /** Of the chain, in hexadecimal digits. */
  hash: z.string(),
  /** Events up to this number are in archives. */
  pruned: z.int().min(0),
  /** The last checkpoint, a signed note. */
  checkpoint: z.string().optional(),
  /** Of who signs them, `NAME+ID+KEY`. */
  key: z.string().optional(),
});
export type LogHead = Immutable<z.infer<typeof logHead>>;

/** That an event is in the log: the answer of `/-/log/proof`. */
export const logProof = z.object({
  /** Its JSON, to the letter: what is proven. */
  event: z.string(),
  /** As C2SP tlog-proof has it, its checkpoint included. */
  proof: z.string(),
  /** Of who signed that, `NAME+ID+KEY`. */
  key: z.string(),
});
export type LogProof = Immutable<z.infer<typeof logProof>>;

/** A refusal (RFC 9457). */
export const eventsProblem = z.object({
  title: z.string(),
  /** What can be done, in a sentence. */
  detail: z.string().optional(),
  status: z.int(),
});
export type EventsProblem = Immutable<z.infer<typeof eventsProblem>>;

/** The plural and the group of a kind, as IRIs have them: `apps.apps.hearth.dev`, `pods.core`. */
export const kindName = ({ plural, group }: Pick<EventResource, 'plural' | 'group'>): string =>
  `${plural}.${group === '' ? 'core' : group}`;

/** A resource's IRI relative to the home: `home/apps.apps.hearth.dev/rss`, `-/users.iam.hearth.dev/ada`. */
export const relativeIri = ({
  namespace,
  name,
  ...kind
}: Pick<EventResource, 'group' | 'plural' | 'namespace' | 'name'>): string =>
  `${namespace ?? '-'}/${kindName(kind)}/${encodeURIComponent(name).replaceAll('%3A', ':')}`;
