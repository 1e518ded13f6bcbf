import { createHash, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@hearth/runtime/clock';
import { anyAddress } from '@hearth/runtime/http';
import type { Logger } from '@hearth/runtime/log';
import Fastify from 'fastify';
import type { Asking } from './asked.ts';
import { followCredentials, readCredentials } from './credentials.ts';
import { allow, requestIn } from './review.ts';

/** Where the API server says what it is about to do. */
export interface AdmissionEndpoint {
  readonly port: number;
  close(): Promise<void>;
}

/** What it needs. */
export interface EndpointOptions {
  /** 0 for any free port. */
  readonly port: number;
  /** Where `tls.crt`, `tls.key` and `token` are. */
  readonly folder: string;
  readonly asking: Pick<Asking, 'note'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** An object has 1.5 MB at most, and of what is changed there are two. */
const LONGEST_REVIEW = 4 * 2 ** 20;
/** Milliseconds: the API server keeps its connections, and one that is cut as it is used costs an answer. */
const PATIENCE = 10 * 60_000;

/**
 * Serves the validating webhook `POST /admission/TOKEN`. It allows everything, at once: it is there to hear who asks.
 *
 * Only the API server is to be believed. Certificates tell it whom it speaks to, not us who speaks: what does is the
 * token in the path. It stands in a Secret and in the webhook's configuration, readable for admins alone, and in the log
 * of an API server that couldn't reach the sink. Whoever has it could have a deletion go by another name, or a change, if
 * they know the object's next state to the letter; no more.
 * @throws where there are no credentials, or the port is taken.
 */
export async function serveAdmission(options: EndpointOptions): Promise<AdmissionEndpoint> {
  const { folder, port, asking } = options;
  const first = await readCredentials(folder);
  let expected = digest(first.token);
  const { cert, key } = first;
  const server = Fastify({
    https: { cert, key },
    bodyLimit: LONGEST_REVIEW,
    forceCloseConnections: 'idle',
    keepAliveTimeout: PATIENCE,
    requestTimeout: 10_000,
    logger: false,
  });
  server.post<{ Params: { token: string } }>('/admission/:token', async (request, reply) => {
    if (!timingSafeEqual(digest(request.params.token), expected)) return reply.code(404).send();
    const asked = requestIn(request.body);
    if (asked === undefined) return reply.code(400).send();
    asking.note(asked);
    return allow(asked);
  });
  await server.listen({ port, host: anyAddress() });
  const stopping = new AbortController();
  const take = (now: typeof first) => {
    server.server.setSecureContext({ cert: now.cert, key: now.key });
    expected = digest(now.token);
  };
  const followed = followCredentials(folder, first, take, { ...options, signal: stopping.signal });
  return {
    port: (server.server.address() as AddressInfo).port,
    async close() {
      stopping.abort();
      await followed;
      await server.close();
    },
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
