import { Readable } from 'node:stream';
import { formatPart, type LogHead, type LogPart, type LogProof, openCheckpoint } from '@hearth/domain';
import type { Clock } from '@hearth/runtime/clock';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { proveEvent } from '../log/checkpoint.ts';
import { Pruned } from '../log/event-log.ts';
import { proofCrypto } from '../log/sign.ts';
import { callerOf } from './caller.ts';
import { sendEntity } from './entity.ts';
import { badRequest, Refusal } from './refusal.ts';
import type { Sink } from './sink.ts';

/** The log's own: where it ends, and for who may see everything, proofs of its events and all of it to be checked. */
export function logRoutes(server: FastifyInstance, sink: Sink): void {
  const { log } = sink;
  server.get('/-/log/head', async (request, reply) => {
    await callerOf(request, sink);
    const { seq, hash, pruned } = log.head();
    const head: LogHead = { seq, hash: Buffer.from(hash).toString('hex'), pruned, ...sink.checkpoint?.() };
    return sendEntity(request, reply, { type: 'application/json', body: () => JSON.stringify(head) });
  });
  server.get<{ Querystring: { seq?: string } }>('/-/log/proof', async (request, reply) => {
    await admitToAll(request, sink);
    const proof = await proofOf(sink, request.query.seq);
    return sendEntity(request, reply, { type: 'application/json', body: () => JSON.stringify(proof) });
  });
  server.get('/-/log/parts', async (request, reply) => {
    await admitToAll(request, sink);
    reply.header('cache-control', 'no-store');
    return reply.type('application/x-ndjson').send(Readable.from(lines(log.parts(), reply, sink.clock)));
  });
}

/** @throws Refusal where it is somebody who may not see everything. */
async function admitToAll(request: FastifyRequest, sink: Sink): Promise<void> {
  const asker = await callerOf(request, sink);
  if (await sink.access.seesAll(asker)) return;
  throw new Refusal(
    403,
    'The log has everything in it',
    'Only who may get the path /hearth/events (nonResourceURLs of a ClusterRole) may read it as it is.',
  );
}

/** Proves an event by the last checkpoint. @throws Refusal, Pruned */
async function proofOf({ log, checkpoint }: Sink, asked: string | undefined): Promise<LogProof> {
  const { seq: end, pruned } = log.head();
  const seq = /^[1-9]\d{0,14}$/.test(asked ?? '') ? Number(asked) : Number.NaN;
  if (!(seq <= end)) throw badRequest(`“seq” must be the number of an event, from 1 to ${end}.`);
  if (seq <= pruned) throw new Pruned(pruned);
  const voucher = checkpoint?.();
  if (voucher === undefined || openCheckpoint(proofCrypto, voucher.checkpoint, voucher.key).size < seq)
    throw unvouched;
  const [event] = await log.read({ after: seq - 1, limit: 1 });
  const proof = await proveEvent(log, seq, voucher.checkpoint, voucher.key);
  // Whoever checks it finds out if this is not to the letter what was recorded.
  return { event: JSON.stringify(event), proof, key: voucher.key };
}

const unvouched = new Refusal(
  503,
  'No checkpoint vouches for it yet',
  'One is written every minute: try it again a little later.',
  { 'retry-after': '60' },
);

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
