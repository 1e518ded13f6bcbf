import type { SinkEvent } from '@hearth/domain';
import type { Command } from 'commander';
import { dump } from 'js-yaml';
import { eventsOf, resourceIri } from '../events/address.ts';
import { followEvents } from '../events/follow.ts';
import { readHistory, stateAt } from '../events/history.ts';
import { createLines } from '../events/lines.ts';
import type { OpenSink } from '../events/sink.ts';
import { Failure } from '../failure.ts';
import { type CommonOptions, count, kikoCommand, printResult } from './options.ts';
import { proveCommand } from './prove.ts';
import { withSink } from './sink.ts';
import { verifyCommand } from './verify.ts';

interface EventsOptions extends CommonOptions {
  readonly follow?: boolean;
  readonly of?: string;
  readonly namespace?: string;
  readonly at?: number;
  readonly last: number;
}

/** `kiko events`: what happened in the home, and how things were. */
export const eventsCommand = (): Command =>
  kikoCommand('events', 'tell what happened in the home, who did it, and how things were')
    .enablePositionalOptions()
    .option('-f, --follow', 'go on telling what happens, until you stop it')
    .option('--of <what>', 'of one resource or kind alone: app/rss, apps, deployments.apps/rss')
    .option('-n, --namespace <namespace>', 'where the resource is: home if not given, - for none')
    .option('--at <event>', 'show what a resource was like after this event', count)
    .option('--last <events>', 'how many events to tell at most', count, 100)
    .action((options: EventsOptions) => withSink(options, (sink) => tell(sink, options)))
    .addCommand(verifyCommand())
    .addCommand(proveCommand());

async function tell(sink: OpenSink, options: EventsOptions): Promise<void> {
  if (options.at !== undefined) return showState(sink, options.at, options);
  const of = options.of === undefined ? undefined : eventsOf(options.of, options.namespace);
  const lines = createLines();
  const toLines = (event: SinkEvent) =>
    options.output === 'json' ? [JSON.stringify(event)] : lines.tell(event);
  const history = await readHistory(sink, { of, limit: options.last });
  const earlier = history.slice(0, -options.last);
  const told = history.slice(-options.last);
  earlier.forEach(lines.learn);
  if (!options.follow) {
    return printResult(options, told, told.flatMap(lines.tell).join('\n') || 'Nothing happened yet.');
  }
  told.flatMap(toLines).forEach(printLine);
  const after = told.at(-1)?.seq ?? 0;
  for await (const event of followEvents(sink, { after, of }, sayAway)) toLines(event).forEach(printLine);
}

const printLine = (line: string): void => void process.stdout.write(`${line}\n`);

const sayAway = (): void => void process.stderr.write('The event sink is away; waiting until it is back…\n');

async function showState(sink: OpenSink, at: number, options: EventsOptions): Promise<void> {
  const { follow, of, namespace } = options;
  if (follow) throw new Failure('--at shows how something was, so there is nothing to follow.');
  const object = await stateAt(sink, at, of === undefined ? undefined : resourceIri(of, namespace));
  printResult(options, object, dump(object, { noRefs: true, lineWidth: -1 }).trimEnd());
}
