import { Readable } from 'node:stream';
import type { LogHead, LogPart } from '@hearth/domain';
import type { FastifyInstance } from 'fastify';
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
    return reply.type('application/x-ndjson').send(Readable.from(lines(log.parts())));
  });
}

async function* lines(parts: AsyncIterable<LogPart>): AsyncGenerator<string> {
  for await (const part of parts) {
    const fields = Object.entries(part).map(([name, value]) => [name, inJson(value)]);
    yield `${JSON.stringify(Object.fromEntries(fields))}\n`;
  }
}

/** Bytes are written in base64. */
function inJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return Array.isArray(value) ? value.map(inJson) : value;
}
