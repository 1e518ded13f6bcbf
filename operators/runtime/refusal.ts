import { ApiError, isConflict } from './cluster/errors.ts';
import { safeMessage } from './log.ts';
import { Stalled, Waiting } from './outcome.ts';
import { isOfFormer, OWNER_ANNOTATION, ownerUid } from './ownership.ts';
import {
  controllerOf,
  type Immutable,
  type Key,
  type Kind,
  keyOf,
  keyText,
  type Resource,
} from './resource.ts';

/** A conflict is for a person to settle: look again now and then, not in a loop. */
const CONFLICT_RETRY = 5 * 60_000;

const nameOf = (object: Resource): string => `${object.kind} ${keyText(keyOf(object))}`;

/**
 * Why `desired` can't be applied to the live object of its name; undefined where it can. What is being deleted, or
 * belonged to a former object of the owner's kind and name, is waited for: it is about to be gone. What nobody
 * controls is ours only where it carries all the labels that we would give it, as what was orphaned does.
 */
export function refusalOf(
  desired: Resource,
  live: Immutable<Resource>,
  owner: Resource | undefined,
): Waiting | Stalled | undefined {
  if (live.metadata.deletionTimestamp !== undefined) {
    return new Waiting('Going', `${nameOf(live)} is being deleted, and is made anew when it is gone.`);
  }
  if (owner === undefined) return undefined;
  const uid = ownerUid(live);
  if (uid === owner.metadata.uid) return undefined;
  if (uid === undefined) return carriesLabels(desired, live) ? undefined : notOurs(live, owner);
  return isOfFormer(live, owner)
    ? new Waiting('Going', `${nameOf(live)} of the former ${nameOf(owner)} is about to be deleted.`)
    : notOurs(live, owner);
}

function carriesLabels(desired: Resource, live: Immutable<Resource>): boolean {
  const labels = Object.entries(desired.metadata.labels ?? {});
  return labels.length > 0 && labels.every(([name, value]) => live.metadata.labels?.[name] === value);
}

function notOurs(live: Immutable<Resource>, owner: Resource): Stalled {
  return new Stalled(
    'NotOurs',
    `${nameOf(live)} ${whose(live)}: delete or rename it, so that ${nameOf(owner)} can have its own.`,
    { after: CONFLICT_RETRY },
  );
}

function whose(live: Immutable<Resource>): string {
  const controller = controllerOf(live);
  if (controller) return `belongs to ${controller.kind} ${controller.name}`;
  const elsewhere = live.metadata.annotations?.[OWNER_ANNOTATION];
  return elsewhere === undefined ? 'was made by somebody else' : `belongs to ${elsewhere}`;
}

/** What the API server's no to an apply means to a person; any other failure as it is. */
export function explainApply(error: unknown, kind: Kind, key: Key): unknown {
  if (!(error instanceof ApiError)) return error;
  const what = `${kind.kind} ${keyText(key)}`;
  const causes = error.body.details?.causes ?? [];
  if (isConflict(error) && causes.length > 0) {
    return new Stalled('FieldConflict', `${what} ${conflictOf(causes)}`, { after: CONFLICT_RETRY });
  }
  if (causes.some(({ reason }) => reason === 'NamespaceTerminating')) {
    return new Waiting('NamespaceGoing', `${what} can’t be made: its namespace is being deleted.`);
  }
  const message = `${what} is refused by the API server: ${wordOf(error)}`;
  // What is invalid stays so until somebody changes it; what is forbidden now (a quota, a right) may be allowed soon.
  if (error.reason === 'Invalid') return new Stalled('Refused', message, { after: CONFLICT_RETRY });
  return error.reason === 'Forbidden' ? new Waiting('Refused', message) : error;
}

type Causes = NonNullable<NonNullable<ApiError['body']['details']>['causes']>;

/** The server says of each field: `conflict with "kubectl" using v1`. */
function conflictOf(causes: Causes): string {
  const managers = causes.map(({ message = '' }) => /"([^"]*)"/.exec(message)?.[1] ?? message);
  const fields = causes.map(({ field = '' }) => field.replace(/^\./, ''));
  const who = [...new Set(managers)].join(' and ');
  return `is managed by ${who} too, with other values in ${fields.join(', ')}: leave these to one of them.`;
}

/** The server's sentence, without the object that it begins with. */
function wordOf(error: ApiError): string {
  const said = safeMessage(error.body.message ?? error.message);
  const word = said.replace(/^\S+ "[^"]*" is (invalid|forbidden): /, '').trim();
  return /[.!?…]$/.test(word) ? word : `${word}.`;
}
