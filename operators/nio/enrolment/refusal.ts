import type { Machine } from '@hearth/domain';
import type { Immutable } from '@hearth/runtime';
import { isAdmitted } from '../assignment.ts';

/** Why a machine is turned away: an HTTP status, and a sentence for whoever looks at its screen. */
export class Refusal extends Error {
  readonly status: number;
  /** Seconds after which it may ask again. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, retryAfter?: number) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** @throws Refusal where a Machine is on its way out, or given up: nothing new is noted of it. */
export function refuseGone(machine: Immutable<Machine>): void {
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
