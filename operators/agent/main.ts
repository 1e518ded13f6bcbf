import { systemClock } from '@hearth/runtime/clock';
import { createLogger, safeMessage } from '@hearth/runtime/log';
import { readFlags, USAGE } from './flags.ts';
import { startAgent } from './start.ts';

/** Milliseconds that the end may take. What is under way goes on in a unit of its own. */
const PATIENCE = 10_000;

const flags = parsed();
const logger = createLogger({ level: flags.logLevel });
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));

try {
  const end = await startAgent(
    flags,
    { clock: systemClock, logger, show: (text) => console.error(text) },
    stopping.signal,
  );
  logger.info({ end }, 'the agent ends');
  process.exit(0);
} catch (error) {
  logger.error({ error: safeMessage(error) }, 'the agent can’t go on');
  process.exit(1);
}

function stop(because: string): void {
  stopping.abort(new Error(`the agent is asked to end (${because})`));
  setTimeout(() => process.exit(0), PATIENCE).unref();
}

function parsed() {
  try {
    return readFlags(process.argv.slice(2));
  } catch (error) {
    console.error(`${safeMessage(error)}\n${USAGE}`);
    process.exit(2);
  }
}
