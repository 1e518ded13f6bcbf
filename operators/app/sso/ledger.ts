import type { ProviderRef } from '@hearth/domain';
import { z } from 'zod';
import { secondIdOf } from './names.ts';
import type { Overlap } from './provider.ts';

const credential = z.object({
  /** The provider, `NAMESPACE/NAME`. */
  at: z.string(),
  /** What the client is called there. */
  id: z.string(),
  /** None of a client without one (forward-auth), and of one whose secret was lost. */
  secret: z.string().optional(),
  /** The rotation that it was made for. */
  rotation: z.string().optional(),
});
/** A client at a provider, with one secret of it. */
export type Credential = Readonly<z.infer<typeof credential>>;

const ledgerSchema = z.object({
  home: z.string().optional(),
  next: credential.optional(),
  current: credential.optional(),
  since: z.iso.datetime().optional(),
  former: z.array(credential),
});

/**
 * What an SSOClient has at providers, and who may be using it. It stands in the binding Secret, and is written before
 * anything is made, so that what it names is all that can be there, wherever a pass was cut off.
 */
export interface Ledger {
  /** The id of the home by which all of it is marked. */
  readonly home?: string | undefined;
  /** To be shown to consumers once its provider takes it. */
  readonly next?: Credential | undefined;
  /** What the binding shows. */
  readonly current?: Credential | undefined;
  /** When it was first shown (ISO 8601). */
  readonly since?: string | undefined;
  /** Shown before, the newest first: some consumer may still run on it. */
  readonly former: readonly Credential[];
}

/** Where a client is. */
export type Place = Pick<Credential, 'at' | 'id'>;

/** The App at which a place is. */
export function providerAt({ at }: Pick<Place, 'at'>): ProviderRef {
  const [namespace = '', name = ''] = at.split('/');
  return { namespace, name };
}

/** What an SSOClient wishes for by its spec. */
export interface Wish {
  /** The provider, `NAMESPACE/NAME`. */
  readonly at: string;
  /** What its first client is called there. */
  readonly id: string;
  readonly rotation?: string | undefined;
  readonly overlap: Overlap;
  /** To be used where one is needed. Undefined where clients of this strategy have none. */
  readonly newSecret: string | undefined;
}

/** A ledger with nothing in it. */
export const emptyLedger: Ledger = { former: [] };

/** A ledger as it stands in a Secret: equal ones are equal texts. */
export const writeLedger = ({ home, next, current, since, former }: Ledger): string =>
  JSON.stringify({
    home,
    next: next && inOrder(next),
    current: current && inOrder(current),
    since,
    former: former.map(inOrder),
  });

const inOrder = ({ at, id, secret, rotation }: Credential): Credential => ({ at, id, secret, rotation });

/** The ledger in a text; undefined where it is none. */
export function readLedger(text: string | undefined): Ledger | undefined {
  try {
    return ledgerSchema.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}

/** The credential that is to be, or is, what consumers are given. */
export const newestOf = ({ next, current }: Ledger): Credential | undefined => next ?? current;

/** All credentials, the newest first. */
const credentialsOf = ({ next, current, former }: Ledger): Credential[] =>
  [next, current, ...former].filter((each) => each !== undefined);

/** Tells what is at a place. */
export const isAt =
  (place: Place) =>
  ({ at, id }: Place): boolean =>
    at === place.at && id === place.id;

/** Every place where a client may be, each once. */
export function placesOf(given: Ledger): Place[] {
  const places = credentialsOf(given).map(({ at, id }) => ({ at, id }));
  return places.filter((place, index) => places.findIndex(isAt(place)) === index);
}

/** The secrets that the client at a place is to take, the newest first: two at most. */
export const secretsAt = (given: Ledger, place: Place): string[] =>
  credentialsOf(given)
    .filter(isAt(place))
    .flatMap(({ secret }) => secret ?? [])
    .slice(0, 2);

/** Whether a wished rotation waits until nobody runs on the secret before the last any more. */
export const rotationWaits = (given: Ledger, wish: Wish): boolean =>
  isToRotate(given, wish) && given.next === undefined && given.former.some(({ at }) => at === wish.at);

function isToRotate(given: Ledger, { at, rotation }: Wish): boolean {
  const newest = newestOf(given);
  return newest?.at === at && rotation !== undefined && newest.rotation !== rotation;
}

/** The ledger with a credential that fulfils the wish: what is there where that will do, else a new one beside it. */
export function wished(given: Ledger, wish: Wish): Ledger {
  const newest = newestOf(given);
  if (newest === undefined || newest.at !== wish.at) return beside(given, wish);
  if (!isToRotate(given, wish) || rotationWaits(given, wish)) return given;
  const relabelled = { ...newest, rotation: wish.rotation };
  // Nobody has seen it, or it has no secret.
  if (given.next) return { ...given, next: relabelled };
  if (wish.newSecret === undefined) return { ...given, current: relabelled };
  return beside(given, wish);
}

/** What was to come next and won't may have been made. */
function beside(given: Ledger, wish: Wish): Ledger {
  const former = given.next ? [given.next, ...given.former] : given.former;
  const before = { ...given, former };
  const { at, newSecret: secret, rotation } = wish;
  const next = { at, id: idFor(before, wish), ...(secret && { secret }), ...(rotation && { rotation }) };
  return { ...before, next };
}

function idFor({ current, former }: Ledger, { at, id, overlap }: Wish): string {
  if (overlap !== 'clients') return id;
  const taken = [...(current ? [current] : []), ...former].filter((each) => each.at === at);
  const free = [id, secondIdOf(id)].find((each) => !taken.some((other) => other.id === each));
  // Both are in use where an SSOClient went elsewhere and came back at once: whoever runs on the older one is asked again.
  return free ?? taken.at(-1)?.id ?? id;
}
