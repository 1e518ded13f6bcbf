import type { AgentStatus, MachineFacts } from '@hearth/domain/schema/machine';
import type { Attempt, Journal } from '../journal/journal.ts';
import { isRevision, type Standing } from '../system/system.ts';

/** What a status is made of. */
export interface StatusParts {
  readonly version: string;
  readonly mode: 'Installer' | 'System';
  readonly facts: MachineFacts;
  readonly standing: Standing | undefined;
  readonly journal: Journal | undefined;
  readonly drift: AgentStatus['drift'];
}

/** What the agent says of its machine. */
export function agentStatusOf({ version, mode, facts, standing, journal, drift }: StatusParts): AgentStatus {
  const apply = journal?.attempt && applyStatus(journal.attempt);
  return {
    version,
    mode,
    facts,
    ...(standing && journal ? { system: systemStatus(standing, journal) } : {}),
    ...(apply ? { apply } : {}),
    ...(journal?.preview ? { preview: journal.preview } : {}),
    ...(journal?.confirmed ? { confirmedAt: journal.confirmed.at } : {}),
    ...(drift ? { drift } : {}),
  };
}

function systemStatus(
  { running, booted, nextBoot, generation, bootId }: Standing,
  { golden, knownGood }: Journal,
): AgentStatus['system'] {
  return {
    running,
    ...(booted ? { booted } : {}),
    ...(nextBoot ? { nextBoot } : {}),
    golden,
    knownGood,
    ...(generation === undefined ? {} : { generation }),
    bootId,
  };
}

const PHASES = {
  Fetching: ['Fetching', 'It fetches the flake.'],
  Building: ['Building', 'It builds the system.'],
  Checking: ['Checking', 'It compares the system with what runs, and looks whether there is room.'],
  Testing: ['Testing', 'It activates the system, which does not start by itself yet.'],
  Probing: ['Testing', 'The system runs; it is looked whether it works.'],
  Confirming: ['Confirming', 'The system runs; it waits for NIO to hear it.'],
  Committing: ['Committing', 'It was confirmed, and becomes what the machine starts with.'],
  Rebooting: [
    'Rebooting',
    'It restarts into the system, once; should that fail, it starts with the one before.',
  ],
  Reverting: ['Reverting', 'It goes back to what worked'],
} as const;

function applyStatus(attempt: Attempt): NonNullable<AgentStatus['apply']> {
  const { id, stage, since, verdict, failure, fetched, closure, diff, nonce } = attempt;
  const [phase, says] =
    stage === 'Ended' ? [verdict?.phase ?? 'Failed', verdict?.message ?? ''] : PHASES[stage];
  const message = stage === 'Reverting' ? `${says}: ${failure?.message ?? 'it was called off'}.` : says;
  const fault = verdict?.fault ?? (stage === 'Reverting' ? failure?.fault : undefined);
  return {
    id,
    phase,
    message: message.slice(0, 1024),
    since,
    ...(stage === 'Confirming' && nonce ? { nonce } : {}),
    ...(isRevision(fetched?.revision) ? { revision: fetched.revision } : {}),
    ...(fetched ? { narHash: fetched.narHash } : {}),
    ...(closure ? { closure } : {}),
    ...(diff ? { diff } : {}),
    ...(fault ? { fault } : {}),
  };
}
