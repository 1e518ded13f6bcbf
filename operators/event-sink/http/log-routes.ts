import { Readable } from 'node:stream';
import { formatPart, type LogHead, type LogPart } from '@hearth/domain';
import type { Clock } from '@hearth/runtime/clock';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { callerOf } from './caller.ts';
import { sendEntity } from './entity.ts';
import { Refusal } from './refusal.ts';
import type { Sink } from './sink.ts';

/** The log's own: where it ends, and all of it for who checks it. */
export function logRoutes(server: FastifyInstance, sink: Sink): void {
  const { log, access } = sink;
  server.get('/-/log/head', async (request, reply) => {
    await callerOf(request, sink);
    const { seq, hash, pruned } = log.head();
    const head: LogHead = { seq, hash: Buffer.from(hash).toString('hex'), pruned, ...sink.checkpoint?.() };
    return sendEntity(request, reply, { type: 'application/json', body: () => JSON.stringify(head) });
  });
  server.get('/-/log/parts', async (request, reply) => {
    const asker = await callerOf(request, sink);
    if (!(await access.seesAll(asker))) {
      throw new Refusal(
        403,
        'The log has everything in it',
        'Only who may get the path /hearth/events (nonResourceURLs of a ClusterRole) may read it as it is.',
      );
    }
    reply.header('cache-control', 'no-store');
    return reply.type('application/x-ndjson').send(Readable.from(lines(log.parts(), reply, sink.clock)));
  });
}

/** Milliseconds that a reader may take for what is written; meanwhile, the log is kept as it was when they began. */
const PATIENCE = 20_000;

/** A log as lines of its parts. Who stops reading is cut off: for as long as they wait, a log in SQLite can't shrink. */
async function* lines(parts: AsyncIterable<LogPart>, { raw }: FastifyReply, clock: Clock) {
  for await (const part of parts) {
    const stopWaiting = clock.after(PATIENCE, () => raw.destroy());
    try {
      yield `${formatPart(part)}\n`;
    } finally {
      stopWaiting();
    }
  }
}
