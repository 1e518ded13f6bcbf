import type { Logger } from '@hearth/runtime/log';
import { type Connection, Refused } from './connection.ts';
import { type Difference, difference } from './difference.ts';
import type { Content, Tree } from './entries.ts';

/** What a directory holds, as far as is known. */
export interface Mirror {
  readonly tree: Tree;
  readonly content: Content;
}

/** What is wanted of a directory whose layout is known. */
export interface Wish {
  readonly wantedIn: (tree: Tree) => Content;
  /** What our entries carry. */
  readonly mark: string;
}

/** Whether a directory holds what it is to hold. */
export const isInStep = ({ tree, content }: Mirror, { wantedIn, mark }: Wish): boolean =>
  difference(wantedIn(tree), content, tree, mark).steps.length === 0;

/**
 * Brings a directory in step, starting from what it holds: as it says itself, or as a mirror has it.
 * @throws Refused where it did not do a step; it has done all others.
 */
export async function bringInStep(
  connection: Connection,
  mirror: Mirror | undefined,
  { wantedIn, mark }: Wish,
  log: Logger,
): Promise<Mirror> {
  const { tree } = connection;
  const observed = mirror?.content ?? (await connection.read());
  const gap = difference(wantedIn(tree), observed, tree, mark);
  const refused = await takeSteps(connection, gap);
  tell(gap, refused, log);
  if (refused[0] !== undefined) throw refused[0];
  return { tree, content: gap.result };
}

/** Takes each step; one that is refused, because an entry is not to the directory's liking, holds up no other. */
async function takeSteps({ carryOut }: Connection, { steps }: Difference): Promise<readonly Refused[]> {
  const refused: Refused[] = [];
  for (const step of steps) {
    await carryOut(step).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      refused.push(error);
    });
  }
  return refused;
}

function tell({ steps, taken }: Difference, refused: readonly Refused[], log: Logger): void {
  if (steps.length > 0) log.info({ steps: steps.length, refused: refused.length }, 'changed the directory');
  if (taken.length > 0) log.warn({ taken }, 'entries of somebody else have these names in the directory');
}
