import { readFlags, USAGE } from './flags.ts';
import { loadCompiled } from './warm-start.ts';

/** Milliseconds that the end may take. What is under way goes on in a unit of its own. */
const PATIENCE = 10_000;

const flags = parsed();
// All else is loaded here: this file and what it imports is compiled before it is known where that is kept.
const { createLogger, safeMessage, startAgent, systemClock } = await loadCompiled(
  flags.state,
  () => import('./start.ts'),
);
const logger = createLogger({ level: flags.logLevel });
const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));

try {
  const show = (text: string) => console.error(text);
  const end = await startAgent(flags, { clock: systemClock, logger, show }, stopping.signal);
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
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}
