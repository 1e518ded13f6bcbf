import type { Command } from 'commander';
import { proveEvent, saveProof } from '../events/verify/prove.ts';
import { type CommonOptions, count, kikoCommand, printResult } from './options.ts';
import { withSink } from './sink.ts';

interface ProveOptions extends CommonOptions {
  readonly save?: string;
}

/** `kiko events prove`: that an event was recorded, so that it can be checked without the home. */
export const proveCommand = (): Command =>
  kikoCommand('prove', 'prove that an event was recorded')
    .argument('<event>', 'the number of the event', count)
    .option('--save <file>', 'keep the proof in this file, and the event in FILE.json')
    .action((seq: number, options: ProveOptions) =>
      withSink(options, async (sink) => {
        const proven = await proveEvent(sink, seq);
        const text = [`✓ ${proven.holds}`];
        if (options.save === undefined) text.push('Keep the proof with --save FILE.');
        else {
          const files = await saveProof(proven, options.save);
          text.push(
            `${files.join(' and ')} prove it, without the home:`,
            `kiko events verify --proof ${options.save} --key ${proven.key}`,
          );
        }
        printResult(options, proven, text.join('\n'));
      }),
    );
