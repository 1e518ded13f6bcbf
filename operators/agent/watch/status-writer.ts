import { type AgentStatus, Machine } from '@hearth/domain/schema/machine';
import { backoffDelay } from '@hearth/runtime/backoff';
import { type Clock, pause } from '@hearth/runtime/clock';
import { isSame } from '@hearth/runtime/json';
import type { Logger } from '@hearth/runtime/log';
import { resourcePath } from '@hearth/runtime/resource';
import type { Wire } from '../api/wire.ts';
import { createBell } from './bell.ts';

/** Writes what the agent says of its machine, where it is not written there yet. */
export interface StatusWriter {
  /** What is to stand there. */
  say(status: AgentStatus): void;
  /** What stands there, as it was seen. */
  seen(status: AgentStatus | undefined): void;
  run(signal: AbortSignal): Promise<void>;
}

/** What a writer needs. */
export interface StatusWriterOptions {
  readonly wire: Wire;
  readonly namespace: string;
  readonly machine: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const RETRY = { first: 500, longest: 15_000 };
const APPLY = 'application/apply-patch+yaml';

/** A writer that knows nothing yet. */
export function createStatusWriter(options: StatusWriterOptions): StatusWriter {
  const { clock, logger } = options;
  let wanted: AgentStatus | undefined;
  let there: AgentStatus | undefined;
  const bell = createBell(clock);
  return {
    say(status) {
      wanted = status;
      if (!isSame(wanted, there)) bell.ring();
    },
    seen(status) {
      there = status;
      if (wanted && !isSame(wanted, there)) bell.ring();
    },
    async run(signal) {
      let failures = 0;
      while (!signal.aborted) {
        const sleep = bell.listen();
        const now = wanted;
        if (!now || isSame(now, there)) {
          await sleep(signal);
          continue;
        }
        try {
          await write(options, now, signal);
          there = now;
          failures = 0;
        } catch (error) {
          if (signal.aborted) return;
          logger.warn({ error }, 'the status can’t be written; it is tried again');
          await pause(clock, backoffDelay(++failures, RETRY), signal);
        }
      }
    },
  };
}

/** Server-side apply, of the one subtree that is the agent's: what it does not say any more goes. */
async function write(
  { wire, namespace, machine }: StatusWriterOptions,
  agent: AgentStatus,
  signal: AbortSignal,
): Promise<void> {
  await wire.request({
    method: 'PATCH',
    path: `${resourcePath(Machine, { namespace, name: machine })}/status`,
    query: { fieldManager: 'hearth-agent', force: true },
    contentType: APPLY,
    signal,
    body: {
      apiVersion: Machine.apiVersion,
      kind: Machine.kind,
      metadata: { name: machine, namespace },
      status: { agent },
    },
  });
}
