import { kindName } from '@hearth/domain';
import { isNotFound, keyText, parseKey, type Transport } from '@hearth/runtime';
import type { EventLog, NewEvent } from '../log/event-log.ts';
import { createRecorder, type KindAddress, type State } from '../record/record.ts';
import { createRedact, type Redaction } from '../record/redact.ts';
import type { WatchObserver } from './watch-kind.ts';

/** A kind that is or was watched, and the last states of its living resources, by key. */
export interface KnownKind {
  readonly kind: KindAddress;
  readonly states: Map<string, State>;
}

/** The kinds of which resources live, as far as the log says, by their `kindName`. */
export async function knownKinds(log: Pick<EventLog, 'states'>): Promise<Map<string, KnownKind>> {
  const kinds = new Map<string, KnownKind>();
  for await (const { resource, resourceVersion, object } of log.states()) {
    const of = kindName(resource);
    const known = kinds.get(of) ?? { kind: resource, states: new Map<string, State>() };
    kinds.set(of, known);
    known.states.set(keyText(resource), { uid: resource.uid, resourceVersion, text: JSON.stringify(object) });
  }
  return kinds;
}

/**
 * Whether the API server says that there is no such kind. While it starts, it may name no kinds, but then it does not
 * answer with 404 either.
 */
export async function isUninstalled(
  transport: Pick<Transport, 'request'>,
  { group, version, plural }: KindAddress,
  signal: AbortSignal,
): Promise<boolean> {
  if (group === '') return false;
  const path = `/apis/${group}/${version}/${plural}`;
  return transport
    .request({ method: 'GET', path, query: { limit: 1 }, signal })
    .then(() => false, isNotFound);
}

/** What it takes to record that kinds are uninstalled. */
export interface UninstalledOptions {
  readonly transport: Pick<Transport, 'request'>;
  readonly log: Pick<EventLog, 'append'>;
  readonly redaction: Redaction;
  readonly observer: WatchObserver | undefined;
  readonly signal: AbortSignal;
}

/** Records the end of all resources of kinds that nobody watches and that are uninstalled, and forgets these. */
export async function recordUninstalled(
  idle: Map<string, KnownKind>,
  served: ReadonlySet<string>,
  { transport, log, redaction, observer, signal }: UninstalledOptions,
): Promise<void> {
  for (const [of, known] of idle) {
    if (served.has(of) || !(await isUninstalled(transport, known.kind, signal))) continue;
    const events = endsOf(known, redaction);
    // Should it be installed again, all that is there then comes after a gap.
    await log.append(events, { of, resourceVersion: '' });
    idle.delete(of);
    observer?.recorded(of, events);
  }
}

/** The end of all resources of a kind: when and how each ended, nobody saw. */
function endsOf({ kind, states }: KnownKind, redaction: Redaction): readonly NewEvent[] {
  if (states.size === 0) return [];
  const recorder = createRecorder(kind, createRedact(redaction, kindName(kind)));
  const ends = [...states].map(([key, state]) => recorder.missing(parseKey(key), state, ''));
  return [recorder.gap(''), ...ends];
}
