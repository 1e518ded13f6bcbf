import type { EnrolmentOffer, Machine } from '@hearth/domain';
import { type Clock, type Immutable, isAlreadyExists } from '@hearth/runtime';
import { nameCandidates } from './machine-name.ts';
import { hasKey, type Machines } from './machines.ts';
import type { Rates } from './rates.ts';
import { Refusal, refuseGone } from './refusal.ts';
import type { Turns } from './turns.ts';

/** By what machines that nobody knows are taken in. Whoever is in the network can send some. */
export interface Door {
  readonly machines: Machines;
  readonly clock: Clock;
  /** Counts them: each has all Machines read. */
  readonly newcomers: Rates;
  /** One after the other: what is read is not held twice, and no two take the last room. */
  readonly turns: Turns;
  /** How many may wait for approval. */
  readonly mostWaiting: number;
}

/** How long a machine that nobody approved may be silent before its room is somebody else's, in milliseconds. */
export const PATIENCE = 600_000;

/** Fewer than are answered at the same time: those that are known never wait for those that are not. */
const MOST_QUEUED = 16;

/**
 * Takes in a machine with a key that is not known.
 * @param isExpected it brings a join token: then it finds room though all of it is taken.
 * @throws Refusal where there is none.
 */
export async function takeIn(
  offer: EnrolmentOffer,
  isExpected: boolean,
  door: Door,
): Promise<Immutable<Machine>> {
  if (!isExpected && (door.turns.waiting >= MOST_QUEUED || !door.newcomers.allow(''))) {
    throw new Refusal(
      503,
      'Too many machines ask to be taken in at the same time. Ask again in a while.',
      10,
    );
  }
  return door.turns.take(async () => {
    const all = await door.machines.all();
    // Its label may have been taken away: its status is what counts.
    const known = all.find((machine) => hasKey(machine, offer.publicKey));
    if (known) {
      refuseGone(known);
      return known;
    }
    if (!isExpected) await makeRoom(all, door);
    return create(offer, new Set(all.map(({ metadata }) => metadata.name)), door.machines);
  });
}

/**
 * Where as many wait as may, the one goes that has been silent for longest: one that is there asks every few seconds.
 * @throws Refusal where all are there.
 */
async function makeRoom(
  all: readonly Immutable<Machine>[],
  { machines, clock, mostWaiting }: Door,
): Promise<void> {
  const waiting = all.filter(
    ({ spec, metadata }) => spec.approval === undefined && metadata.deletionTimestamp === undefined,
  );
  if (waiting.length < mostWaiting) return;
  const [oldest] = waiting.toSorted((one, other) => heard(one) - heard(other));
  if (oldest && clock.now().getTime() - heard(oldest) > PATIENCE) {
    // If it calls, or is approved, at this very moment, it stays.
    await machines.discard(oldest);
    return;
  }
  throw new Refusal(
    503,
    `${mostWaiting} machines wait for approval already, and no more are taken in. Approve those that are yours, and ` +
      'delete the others (kiko machine list).',
    300,
  );
}

/** When a machine that nobody approved was last heard, in milliseconds since 1970. */
const heard = ({ metadata, status }: Immutable<Machine>): number =>
  Date.parse(status?.lastSeen ?? metadata.creationTimestamp ?? '') || 0;

async function create(
  { facts, publicKey }: EnrolmentOffer,
  taken: ReadonlySet<string>,
  machines: Machines,
): Promise<Immutable<Machine>> {
  for (const name of nameCandidates(facts, publicKey)) {
    if (taken.has(name)) continue;
    const machine = await machines.create(name, publicKey).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
    if (machine) return machine;
    const raced = await machines.withKey(publicKey);
    if (raced) return raced;
  }
  throw new Refusal(
    409,
    'There are Machines of all names that this one could have. Ask again in a minute.',
    60,
  );
}
