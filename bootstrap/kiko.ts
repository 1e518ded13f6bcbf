#!/usr/bin/env node
import { Command } from 'commander';
import { installCommand, planCommand, removeCommand } from './commands/apps.ts';
import { devCommand } from './commands/dev.ts';
import { downCommand } from './commands/down.ts';
import { enrollCommand } from './commands/enroll.ts';
import { eventsCommand } from './commands/events.ts';
import { kubectlCommand } from './commands/kubectl.ts';
import { logsCommand } from './commands/logs.ts';
import { machineCommand } from './commands/machine.ts';
import { netbootCommand } from './commands/netboot.ts';
import { rolloutCommand } from './commands/rollout.ts';
import { sparqlCommand } from './commands/sparql.ts';
import { statusCommand } from './commands/status.ts';
import { upCommand } from './commands/up.ts';
import { userCommand } from './commands/user.ts';
import { whyCommand } from './commands/why.ts';
import { Failure } from './failure.ts';

const program = new Command('kiko')
  .description('Brings up a home cloud and installs apps into it')
  .enablePositionalOptions()
  .option('--verbose', 'show where an error came from')
  .addCommand(upCommand())
  .addCommand(downCommand())
  .addCommand(statusCommand())
  .addCommand(planCommand())
  .addCommand(installCommand())
  .addCommand(removeCommand())
  .addCommand(userCommand())
  .addCommand(machineCommand())
  .addCommand(rolloutCommand())
  .addCommand(netbootCommand())
  .addCommand(enrollCommand())
  .addCommand(whyCommand())
  .addCommand(eventsCommand())
  .addCommand(sparqlCommand())
  .addCommand(logsCommand())
  .addCommand(devCommand())
  .addCommand(kubectlCommand());

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`kiko: ${describe(error)}\n`);
  process.exitCode = 1;
}

/** One sentence for what a person can act on; a defect is told apart, so that it gets reported. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (program.opts<{ verbose?: boolean }>().verbose) return error.stack ?? error.message;
  if (error instanceof Failure) return error.message;
  return `${error.message} (this is a defect of kiko; kiko --verbose shows where)`;
}
