import type { EnrolmentOffer, EnrolmentStanding, Machine } from '@hearth/domain';
import type { Immutable, JsonPatchOperation, Transport } from '@hearth/runtime';
import { isAdmitted } from '../assignment.ts';
import { machinesNamespace } from '../names.ts';
import { findJoinToken, type JoinToken, NO_TOKEN } from './join-token.ts';
import type { Machines } from './machines.ts';
import { codeFor } from './proof.ts';
import { refuseGone } from './refusal.ts';
import { type Door, takeIn } from './take-in.ts';

/** What the enrolment works with. */
export interface Enrolment extends Door {
  readonly transport: Pick<Transport, 'request'>;
  /** SHA-256 of NIO's SubjectPublicKeyInfo. */
  readonly pin: Buffer;
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
  const token =
    offer.joinToken === undefined ? undefined : await findJoinToken(offer.joinToken, transport, clock);
  const isExpected = token !== undefined && token.claimedBy === undefined;
  const machine = known ?? (await takeIn(offer, isExpected, enrolment));
  const noted = await note(machine, offer, address, enrolment);
  if (offer.joinToken === undefined) return standing(noted, enrolment.pin, offer.publicKey);
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
