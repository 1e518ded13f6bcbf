import { type Audit, createAuditor, type TreeHead } from '@hearth/domain';
import { type EventLog, LogDamaged } from './event-log.ts';
import { sha256 } from './sha256.ts';

/** What a log was found to be. */
export interface Verdict extends Audit {
  /** What is wrong beside the events. A sentence each. */
  readonly damage: readonly string[];
}

/** Checks all that a log holds against itself and against checkpoints from outside. Takes as long as reading it. */
export async function verifyLog(
  log: Pick<EventLog, 'parts' | 'damage'>,
  checkpoints: readonly TreeHead[],
): Promise<Verdict> {
  const auditor = createAuditor(sha256, checkpoints);
  const damage: string[] = [];
  for await (const part of log.parts()) {
    if (part.part === 'damage') damage.push(part.problem);
    else auditor.take(part);
  }
  return { ...auditor.result(), damage: [...damage, ...(await damageOf(log))] };
}

async function damageOf(log: Pick<EventLog, 'damage'>): Promise<readonly string[]> {
  try {
    return await log.damage();
  } catch (error) {
    if (error instanceof LogDamaged) return [error.message];
    throw error;
  }
}
