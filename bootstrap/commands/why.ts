import type { Command } from 'commander';
import { resourceIri } from '../events/address.ts';
import { whyText } from '../events/why-text.ts';
import { type CommonOptions, kikoCommand, printResult } from './options.ts';
import { withSink } from './sink.ts';

interface WhyOptions extends CommonOptions {
  readonly namespace?: string;
}

/** `kiko why KIND/NAME`: why something is as it is, down to what holds it back. */
export const whyCommand = (): Command =>
  kikoCommand('why', 'say why something is not ready, down to what holds it back')
    .argument('<what>', 'what it is about: app/rss, databases/rss-db, pods.core/rss-0')
    .option('-n, --namespace <namespace>', 'where it is: home if not given, - for none')
    .action((what: string, options: WhyOptions) =>
      withSink(options, async (sink) => {
        const answer = await sink.why(resourceIri(what, options.namespace));
        printResult(options, answer, whyText(answer));
      }),
    );
