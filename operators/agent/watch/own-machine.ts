import { Machine } from '@hearth/domain/schema/machine';
import { abortWith, type Clock } from '@hearth/runtime/clock';
import type { Logger } from '@hearth/runtime/log';
import type { Resource } from '@hearth/runtime/resource';
import { reflect } from '@hearth/runtime/watch/reflector';
import { z } from 'zod';
import type { Wire } from '../api/wire.ts';

/** What the agent reads of its Machine; all else in it is not its business. */
const ownMachine = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    deletionTimestamp: z.string().optional(),
  }),
  // One that is not understood is not made; it is no reason to be deaf to all else.
  spec: Machine.spec.extend({ preview: Machine.spec.shape.preview.catch(undefined) }),
  status: z.object({ layout: Machine.status.shape.layout, agent: Machine.status.shape.agent }).optional(),
});
export type OwnMachine = z.infer<typeof ownMachine>;

/** What a watch needs. */
export interface WatchOptions {
  readonly wire: Wire;
  readonly namespace: string;
  readonly name: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of the Machine as it is now; undefined: there is none any more. */
  readonly onMachine: (machine: OwnMachine | undefined) => void;
  /** Told of what goes wrong on the way. */
  readonly onError: (error: unknown) => void;
}

/** A watch that can be begun anew. */
export interface Watching {
  /** Ends every connection: what is told from now on comes over new ones. */
  anew(): void;
  run(signal: AbortSignal): Promise<void>;
}

/** A watch of the machine's own Machine; `reconnect` ends the connections that there are. */
export function createWatching(options: WatchOptions, reconnect: () => void): Watching {
  let current = new AbortController();
  return {
    anew() {
      // Who is called off does not complain of the connection.
      current.abort();
      reconnect();
    },
    async run(signal) {
      while (!signal.aborted) {
        current = new AbortController();
        const letGo = abortWith(current, signal);
        await watchOwnMachine(options, current.signal);
        letGo();
      }
    },
  };
}

/** Follows the machine's own Machine until the signal is aborted. What it does not understand it leaves as it was. */
export function watchOwnMachine(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { wire, namespace, name, clock, logger, onMachine } = options;
  const take = (object: Resource) => {
    const parsed = ownMachine.safeParse(object);
    if (parsed.success) onMachine(parsed.data);
    else
      logger.error(
        { problem: z.prettifyError(parsed.error) },
        'this Machine is not understood; all stays as it is',
      );
  };
  let listed: Resource | undefined;
  return reflect(
    {
      transport: wire,
      kind: Machine,
      namespace,
      fieldSelector: `metadata.name=${name}`,
      clock,
      onError: (error) => {
        logger.warn({ error }, 'the Machine can’t be watched; what runs stays as it is');
        options.onError(error);
      },
      store: {
        listing: () => {
          listed = undefined;
        },
        page: ([object]) => {
          listed ??= object;
        },
        listed: () => (listed ? take(listed) : onMachine(undefined)),
        put: take,
        remove: () => onMachine(undefined),
      },
    },
    signal,
  );
}
