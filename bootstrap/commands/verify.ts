import type { Command } from 'commander';
import { checkArchiveFile, checkProofFile, eventFileOf, readLines } from '../events/verify/check-files.ts';
import { checkLog } from '../events/verify/check-log.ts';
import { homeWitnesses, notesIn } from '../events/verify/gather.ts';
import { keepingCopy } from '../events/verify/keep-copy.ts';
import { type Verdict, verdictText } from '../events/verify/verdict.ts';
import { Failure } from '../failure.ts';
import { type CommonOptions, kikoCommand, printResult } from './options.ts';
import { withSink } from './sink.ts';

interface VerifyOptions extends CommonOptions {
  readonly checkpoint: readonly string[];
  readonly key?: string;
  readonly save?: string;
  readonly log?: string;
  readonly archive?: string;
  readonly proof?: string;
  readonly event?: string;
}

/** `kiko events verify`: whether the log is what was recorded. Ends with 1 where it isn't. */
export const verifyCommand = (): Command =>
  kikoCommand('verify', 'check that nobody changed, removed or rewrote what was recorded')
    .option('--checkpoint <file>', 'a checkpoint that you kept; can be given several times', collect, [])
    .option('--key <key>', 'the key of the log, as you noted it: NAME+ID+KEY')
    .option('--save <file>', 'keep a copy of the log, to check it elsewhere with --log')
    .option('--log <file>', 'check such a copy; no home is asked')
    .option('--archive <file>', 'check an archive of events; no home is asked')
    .option('--proof <file>', 'check a proof that an event was recorded; no home is asked')
    .option('--event <file>', 'the JSON of the event that the proof is about; if not given, PROOF.json')
    .action(async (options: VerifyOptions) => {
      const verdict = await verify(options);
      printResult(options, verdict, verdictText(verdict));
      if (verdict.findings.length > 0) process.exitCode = 1;
    });

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

async function verify(options: VerifyOptions): Promise<Verdict> {
  const { archive, proof, event, log } = options;
  if (archive !== undefined) return checkArchiveFile(archive, keyOf(options));
  if (proof !== undefined) return checkProofFile(proof, event ?? eventFileOf(proof), keyOf(options));
  const kept = { notes: await notesIn(options.checkpoint), key: options.key };
  if (log !== undefined) {
    if (kept.notes.length > 0) keyOf(options);
    return checkLog(readLines(log), kept);
  }
  return verifyHome(options, kept);
}

function keyOf({ key }: VerifyOptions): string {
  if (key !== undefined) return key;
  throw new Failure(
    'Give the key of the log with --key: kubectl get configmap hearth-events-checkpoint -n hearth-system -o yaml shows it.',
  );
}

const verifyHome = (options: VerifyOptions, kept: Parameters<typeof homeWitnesses>[2]): Promise<Verdict> =>
  withSink(options, async (sink, kubectl) => {
    // First the witnesses: what they vouch for is then in the log that is read.
    const witnesses = await homeWitnesses(kubectl, sink, kept);
    const lines = options.save === undefined ? sink.parts() : keepingCopy(sink.parts(), options.save);
    return checkLog(lines, witnesses);
  });
