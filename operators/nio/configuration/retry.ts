import { parseAttemptId } from '../assignment.ts';

const FIRST = 30_000;
const LONGEST = 10 * 60_000;

/**
 * How long after its failure an attempt is made again, in milliseconds, where it was not the configuration’s fault: twice
 * as long each time. Each id waits a little longer or shorter than others, and always the same.
 */
export function retryDelay(id: string): number {
  const { task, retry } = parseAttemptId(id) ?? { task: '', retry: 0 };
  const spread = 0.75 + (Number.parseInt(task.slice(0, 4), 16) || 0) / 0x20000;
  return Math.min(FIRST * 2 ** Math.min(retry, 20), LONGEST) * spread;
}
