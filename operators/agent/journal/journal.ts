import { agentStatus, Machine } from '@hearth/domain/schema/machine';
import { z } from 'zod';

const assignment = Machine.spec.shape.assignment.unwrap();
const apply = agentStatus.shape.apply.unwrap();
const path = z.string().startsWith('/nix/store/');
const fault = apply.shape.fault;

/** How an attempt ended, as the status says it. */
const verdict = z.object({ phase: z.enum(['Done', 'Failed', 'RolledBack']), message: z.string(), fault });
export type Verdict = z.infer<typeof verdict>;

/** What is being done now. It is written down before it is begun, so whoever finds it does it, or does it again. */
const stages = [
  'Fetching',
  'Building',
  'Checking',
  /** The system on trial is being activated. */
  'Testing',
  /** It runs, and is looked at. */
  'Probing',
  /** NIO is asked whether it still hears the machine. */
  'Confirming',
  /** It becomes what the machine starts with. */
  'Committing',
  /** The machine starts anew for what can't change while it runs. */
  'Rebooting',
  /** Back to what is known to work. */
  'Reverting',
  'Ended',
] as const;
export type Stage = (typeof stages)[number];

const attempt = z.object({
  id: z.string(),
  assignment,
  stage: z.enum(stages),
  since: z.iso.datetime(),
  /** Known good when it began: where it goes back to. */
  from: path,
  /** The start of the machine that this stage belongs to. */
  bootId: z.string(),
  fetched: z
    .object({ reference: z.string(), revision: z.string().optional(), narHash: z.string() })
    .optional(),
  closure: path.optional(),
  diff: apply.shape.diff,
  /** The activation was asked for: from here on the machine may be anything in between. */
  activated: z.boolean().default(false),
  /** Units that had failed before, which this configuration is not blamed for. */
  failedBefore: z.array(z.string()).default([]),
  /** Seconds of uptime at which the stage is given up. */
  deadline: z.number().optional(),
  nonce: z.string().optional(),
  /** It could not be activated while the machine runs: only a restart shows whether it works. */
  needsRestart: z.boolean().default(false),
  /** The machine was restarted into it, once. */
  trial: z.boolean().default(false),
  /** The boot loader may name it already. */
  bootTouched: z.boolean().default(false),
  /** Why it goes back. */
  failure: z.object({ message: z.string(), fault }).optional(),
  /** It was committed; the machine restarts for its kernel alone. */
  committed: z.boolean().default(false),
  /** How often going back was tried, or asked for a restart. */
  tries: z.int().default(0),
  verdict: verdict.optional(),
});
export type Attempt = z.infer<typeof attempt>;

const journal = z.object({
  version: z.literal(1),
  golden: path,
  knownGood: path,
  /** What was last confirmed, and so has to run. */
  confirmed: z
    .object({
      id: z.string(),
      closure: path,
      at: z.iso.datetime(),
      drift: z.enum(['Correct', 'Report']),
      files: assignment.shape.files,
    })
    .optional(),
  /** What the boot loader is still to be told to start with, since it could not be told so. */
  bootOwed: path.optional(),
  attempt: attempt.optional(),
  /** The last system that was only looked at. What is not understood of it is no reason to forget all else. */
  preview: agentStatus.shape.preview.catch(undefined),
});

/** What the agent knows across crashes and restarts. */
export type Journal = z.infer<typeof journal>;

/** Reads a journal; one that is damaged or of another version is undefined. */
export function parseJournal(text: string): Journal | undefined {
  try {
    return journal.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The journal of a machine of which nothing is known yet: what it runs is what it was installed with. */
export function firstJournal(running: string): Journal {
  return { version: 1, golden: running, knownGood: running };
}

/** The attempt that is under way; undefined when the last one has ended. */
export function underWay(journal: Journal): Attempt | undefined {
  return journal.attempt?.stage === 'Ended' ? undefined : journal.attempt;
}
