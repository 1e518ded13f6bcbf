import type { Machine } from '@hearth/domain';
import { type Immutable, keyText, type Read } from '@hearth/runtime';
import { configurationOf } from '../configuration/claims.ts';
import { accountName } from '../names.ts';
import type { Observation } from './decide.ts';
import { alike, duplicateOf } from './duplicate.ts';
import type { Heartbeats, Sightings } from './heartbeats.ts';

/** What NIO remembers from pass to pass: nothing that it could not do without. */
export interface Memory {
  readonly heartbeats: Heartbeats;
  readonly phases: Sightings;
}

/** The key of the Lease of a machine. */
const leaseKey = ({ metadata: { namespace, name } }: Immutable<Machine>): string =>
  keyText({ namespace, name: accountName(name) });

/** Gathers what there is to know of a machine. */
export function observe(machine: Immutable<Machine>, read: Read, memory: Memory): Observation {
  const apply = machine.status?.agent?.apply;
  const phase = [apply?.id, apply?.phase, apply?.nonce].join(' ');
  return {
    machine,
    heartbeat: memory.heartbeats.last(leaseKey(machine)),
    phaseAge: memory.phases.age(machine.metadata.uid ?? '', phase),
    duplicateOf: duplicateOf(machine, alike(machine, read)),
    isConfigured: configurationOf(machine, read) !== undefined,
  };
}
