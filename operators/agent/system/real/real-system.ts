import type { System } from '../system.ts';
import { systemdActivation } from './activation.ts';
import { bootLoader } from './boot.ts';
import { setClock } from './clock.ts';
import { machineFacts } from './facts.ts';
import { systemdGuard } from './guard.ts';
import { installation } from './installation.ts';
import { missingUnit } from './needed-units.ts';
import { nixStore } from './nix.ts';
import { runProbe } from './probe.ts';
import { standingNow } from './standing.ts';

/** The machine that this process runs on. Commands are found on the PATH. */
export function realSystem(): System {
  return {
    store: nixStore(),
    activation: systemdActivation(),
    guard: systemdGuard(),
    boot: bootLoader(),
    installation: installation(),
    standing: standingNow,
    facts: machineFacts,
    missingUnit,
    probe: runProbe,
    setClock,
  };
}
