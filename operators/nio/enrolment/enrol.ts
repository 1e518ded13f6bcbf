import type { EnrolmentOffer, EnrolmentStanding, Machine } from '@hearth/domain';
import {
  type Clock,
  type Immutable,
  isAlreadyExists,
  type JsonPatchOperation,
  type Transport,
} from '@hearth/runtime';
import { isAdmitted } from '../assignment.ts';
import { machinesNamespace } from '../names.ts';
import { findJoinToken, type JoinToken, NO_TOKEN } from './join-token.ts';
import { nameCandidates } from './machine-name.ts';
import { hasKey, type Machines } from './machines.ts';
import { codeFor } from './proof.ts';
import type { Rates } from './rates.ts';
import { Refusal } from './refusal.ts';

/** What the enrolment works with. */
export interface Enrolment {
  readonly transport: Pick<Transport, 'request'>;
  readonly machines: Machines;
  readonly clock: Clock;
  /** SHA-256 of NIO's SubjectPublicKeyInfo. */
  readonly pin: Buffer;
  /** Counts machines that nobody knows yet: each of them makes all the others be read. */
  readonly newcomers: Rates;
  /** How many machines may wait for approval: whoever is in the network can make some. */
  readonly mostWaiting: number;
}

/**
 * A machine says that it is there. Its key is who it is: the same key is the same Machine, whatever else it says, and
 * another key is another Machine.
 * @throws Refusal where it is not to be taken in.
 */
export async function enrol(
  offer: EnrolmentOffer,
  address: string,
  enrolment: Enrolment,
): Promise<EnrolmentStanding> {
  const { machines, transport, clock } = enrolment;
  const known = await machines.withKey(offer.publicKey);
  if (known) refuseGone(known);
  const machine = known ?? (await takeIn(offer, enrolment));
  const noted = await note(machine, offer, address, enrolment);
  if (offer.joinToken === undefined) return standing(noted, enrolment.pin, offer.publicKey);
  const token = await findJoinToken(offer.joinToken, transport, clock);
  const approved = token ? await approveBy(token, noted, offer.publicKey, machines) : noted;
  // A token that is none shuts nobody out: a person can do instead.
  const remark = isAdmitted(approved) ? {} : { remark: NO_TOKEN };
  return { ...standing(approved, enrolment.pin, offer.publicKey), ...remark };
}

/** As what NIO knows a machine. */
export function standing(machine: Immutable<Machine>, pin: Buffer, publicKey: string): EnrolmentStanding {
  return {
    namespace: machinesNamespace,
    machine: machine.metadata.name,
    approved: isAdmitted(machine),
    pairingCode: codeFor(pin, publicKey),
  };
}

/** @throws Refusal where a Machine is on its way out, or given up: nothing new is noted of it. */
function refuseGone(machine: Immutable<Machine>): void {
  refuseForgotten(machine);
  if (machine.metadata.deletionTimestamp === undefined || isAdmitted(machine)) return;
  throw new Refusal(409, `Machine ${machine.metadata.name} is being removed. Ask again in a minute.`, 60);
}

/** @throws Refusal where a Machine is given up. */
export function refuseForgotten({ metadata: { name }, spec }: Immutable<Machine>): void {
  if (!spec.forget) return;
  throw new Refusal(
    403,
    `Machine ${name} was given up (forget). Delete it, and this machine can ask to be taken in anew.`,
  );
}

async function takeIn(
  offer: EnrolmentOffer,
  { machines, mostWaiting, newcomers }: Enrolment,
): Promise<Immutable<Machine>> {
  if (!newcomers.allow('')) {
    throw new Refusal(
      503,
      'Too many machines ask to be taken in at the same time. Ask again in a while.',
      10,
    );
  }
  const all = await machines.all();
  // Its label may have been taken away: its status is what counts.
  const known = all.find((machine) => hasKey(machine, offer.publicKey));
  if (known) {
    refuseGone(known);
    return known;
  }
  if (all.filter(({ spec }) => spec.approval === undefined).length >= mostWaiting) {
    throw new Refusal(
      503,
      `${mostWaiting} machines wait for approval already, and no more are taken in. Approve those that are yours, and ` +
        'delete the others (kiko machine list).',
      300,
    );
  }
  const taken = new Set(all.map(({ metadata }) => metadata.name));
  for (const name of nameCandidates(offer.facts, offer.publicKey)) {
    if (taken.has(name)) continue;
    const machine = await machines.create(name, offer.publicKey).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
    if (machine) return machine;
    const raced = await machines.withKey(offer.publicKey);
    if (raced) return raced;
  }
  throw new Refusal(
    409,
    'There are Machines of all names that this one could have. Ask again in a minute.',
    60,
  );
}

/**
 * Notes what a machine says. Until it is approved it has no other way to say anything; from then on its agent alone
 * writes `status.agent`.
 */
async function note(
  machine: Immutable<Machine>,
  { publicKey, facts, mode, version, closure }: EnrolmentOffer,
  address: string,
  { machines, clock, pin }: Enrolment,
): Promise<Immutable<Machine>> {
  const { metadata, status } = machine;
  // Whoever took it away did not mean to shut the machine out: by it alone is it let in again.
  await machines.label(machine, publicKey);
  const said = {
    publicKey,
    pairingCode: codeFor(pin, publicKey),
    address,
    lastSeen: `${clock.now().toISOString().slice(0, 16)}:00Z`,
  };
  const fields = Object.entries(said).map(
    ([name, value]) => ({ op: 'add', path: `/status/${name}`, value }) as const,
  );
  const whole = { op: 'add', path: '/status', value: { observedGeneration: -1, ...said } } as const;
  const noted = await machines.patch(
    metadata.name,
    [
      { op: 'test', path: '/metadata/uid', value: metadata.uid },
      ...(status === undefined ? [{ op: 'test', path: '/status', value: null } as const, whole] : fields),
    ],
    'status',
  );
  if (noted.spec.approval !== undefined) return noted;
  const system = closure === undefined ? {} : { system: { running: closure } };
  return machines.speakFor(noted, { version, mode, facts, ...system });
}

/**
 * Approves a machine by its token. Before that the token is this machine's alone, and after it is gone: one that is cut
 * off in between shows it again, and finishes.
 */
async function approveBy(
  token: JoinToken,
  machine: Immutable<Machine>,
  publicKey: string,
  machines: Machines,
): Promise<Immutable<Machine>> {
  const { uid = '', name } = machine.metadata;
  const isApproved = machine.spec.approval !== undefined;
  if (isApproved ? token.claimedBy !== uid : !(await token.claim(uid))) return machine;
  const patch: JsonPatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: uid },
    // A missing field passes a test for null: what a person has approved meanwhile stays.
    { op: 'test', path: '/spec/approval', value: null },
    { op: 'add', path: '/spec/approval', value: { publicKey } },
  ];
  if (token.disk && machine.spec.disk === undefined)
    patch.push({ op: 'add', path: '/spec/disk', value: token.disk });
  const approved = isApproved ? machine : await machines.patch(name, patch);
  await token.spend();
  return approved;
}
