import { Machine, type NixOSConfiguration } from '@hearth/domain';
import {
  ApiError,
  type Context,
  type Immutable,
  isConflict,
  isFailedTest,
  isNotFound,
  keyOf,
  type Outcome,
  safeMessage,
  waiting,
} from '@hearth/runtime';
import { assign, type Giving } from '../assignment.ts';
import type { Write } from './member.ts';
import type { Progress } from './standing.ts';

/** So many machines are written at the same time. */
const WRITES = 16;

/**
 * Writes what was decided, and returns the machines of which the API server refuses what they were to be told, with its
 * words. One that was refused or overtaken does not keep the others back.
 * @throws what went wrong otherwise: the pass is made again then.
 */
export async function carryOut(
  configuration: Immutable<NixOSConfiguration>,
  writes: readonly Write[],
  giving: Giving,
  context: Context,
): Promise<readonly Progress[]> {
  const failures: { readonly name: string; readonly error: unknown }[] = [];
  const write = async ({ machine, assignment, needsFiles }: Write) => {
    try {
      if (needsFiles && (assignment?.files || assignment?.credentials))
        await giving.give(configuration, machine, context);
      await context.act.patch(Machine, keyOf(machine), assign(machine, assignment));
    } catch (error) {
      failures.push({ name: machine.metadata.name, error });
    }
  };
  for (let at = 0; at < writes.length; at += WRITES)
    await Promise.all(writes.slice(at, at + WRITES).map(write));
  const other = failures.find(({ error }) => !isRefused(error));
  if (other) throw other.error;
  return failures.map(({ name, error }) => ({ name, state: 'Failed', message: safeMessage(error) }));
}

/** It would be refused again: what is wrong is the write itself, or the right to make it. */
function isRefused(error: unknown): boolean {
  const passes = isConflict(error) || isFailedTest(error) || isNotFound(error);
  if (passes || !(error instanceof ApiError)) return false;
  return error.status >= 400 && error.status < 500 && error.status !== 429;
}

/** What is told of machines, where some of them could not be told anything. */
export function withRefusals(told: readonly Progress[], refused: readonly Progress[]): readonly Progress[] {
  const byName = new Map([...told, ...refused].map((each) => [each.name, each]));
  return [...byName.values()];
}

/** What a person is told of machines that could not be told anything; it is tried again, more and more seldom. */
export function refusedOutcome(refused: readonly Progress[]): Outcome | undefined {
  const [first] = refused;
  const more = refused.length > 1 ? ` So it is with ${refused.length - 1} more.` : '';
  return first && waiting('Refused', `Machine ${first.name} can’t be told: ${first.message}.${more}`);
}
